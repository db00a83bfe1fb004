import { Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { useStore } from "zustand";
import type { FlowChanges } from "../../../engine/flow/compare.ts";
import { isOtherwise, touchedNodes } from "../../../engine/flow/compare.ts";
import { besideWords } from "../candidates/words.ts";
import type { SaveState } from "../draft/saver.ts";
import { formatLocale, t } from "../text/text.ts";
import { Said } from "../ui/said.tsx";
import type { OpenFlow } from "./open-flow.ts";
import type { FlowSummary } from "./queries.ts";
import { showBeside } from "./stage.ts";
import classes from "./status.module.css";

interface StatusProps {
  open: OpenFlow;
  summary: FlowSummary;
  /** Against the version that runs; undefined where none does. */
  changes: FlowChanges | undefined;
  children?: ReactNode;
}

/** Where the work stands: what the server has, what would change, what runs. */
export function Status({ open, summary, changes, children }: StatusProps) {
  const saving = useStore(open.saver.status);
  const beside = besideWords(summary, (iso) => clock(Date.parse(iso)));
  return (
    <p className={classes.status}>
      <span role="status" data-state={saving.state}>
        <Tooltip
          label={saving.problem && <Said error={saving.problem} />}
          disabled={!saving.problem}
          multiline
          maw={360}
        >
          <span>
            {savedWords(saving)}
            {saving.state === "refused" && saving.problem && (
              <>
                {" "}
                <Said error={saving.problem} />
              </>
            )}
          </span>
        </Tooltip>
      </span>
      {changes && <span data-changed={isOtherwise(changes)}>{changedWords(changes)}</span>}
      <span data-live={summary.live !== null}>{liveWords(summary)}</span>
      {beside && (
        <span>
          <button type="button" data-bad={!summary.candidate} onClick={showBeside}>
            {beside}
          </button>
        </span>
      )}
      {children}
    </p>
  );
}

function savedWords({ state, savedAt }: SaveState): string {
  switch (state) {
    case "saved":
      return t("status.saved", { time: clock(savedAt) });
    case "waiting":
    case "saving":
      return t("status.saving");
    case "away":
      return t("status.away");
    case "refused":
      return t("status.refused");
    default:
      return state satisfies never;
  }
}

function clock(at: number | undefined): string {
  if (at === undefined) return "";
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  const time = date.toLocaleTimeString(formatLocale(), { hour: "2-digit", minute: "2-digit" });
  return today
    ? time
    : `${date.toLocaleDateString(formatLocale(), { day: "numeric", month: "short" })} ${time}`;
}

function changedWords(changes: FlowChanges): string {
  const nodes = touchedNodes(changes).size + changes.removed.length;
  if (nodes > 0) return t("status.changed", { count: nodes });
  return isOtherwise(changes) ? t("status.words") : t("status.same");
}

function liveWords({ live, latestVersion, candidate }: FlowSummary): string {
  if (live !== null) return t("status.live", { version: live });
  if (candidate) return t("list.off");
  return latestVersion === null ? t("status.notDeployed") : t("status.off", { version: latestVersion });
}
