import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { changeLines } from "../../../engine/flow/change-lines.ts";
import { compareFlows } from "../../../engine/flow/compare.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import { ChangeList } from "../flows/change-list.tsx";
import { changeWords } from "../flows/change-words.ts";
import type { Kinds } from "../flows/kind-info.ts";
import { useKinds } from "../flows/kinds.ts";
import { type OpenFlow, useFlow } from "../flows/open-flow.ts";
import { outputOf } from "../flows/outputs.ts";
import { type FlowSummary, useVersion } from "../flows/queries.ts";
import { t } from "../text/text.ts";
import { Dialog } from "../ui/dialog.tsx";
import classes from "./compare-dialog.module.css";
import { overlay } from "./overlay.ts";
import type { ListedVersion } from "./queries.ts";
import { showOver } from "./show.ts";

interface CompareProps {
  summary: FlowSummary;
  open: OpenFlow;
  versions: readonly ListedVersion[];
  from: number;
  close: () => void;
}

const draftName = "draft";

/** What makes two versions, or a version and the draft, differ: in words, step by step. */
export function CompareDialog({ summary, open, versions, from, close }: CompareProps) {
  const [before, setBefore] = useState(String(from));
  const [after, setAfter] = useState(draftName);
  const kinds = useKinds().data;
  const draft = useFlow(open);
  const [old, now] = [useSide(summary.id, before, draft), useSide(summary.id, after, draft)];
  const choices = [
    { value: draftName, label: t("compare.draft") },
    ...versions.map(({ version, message }) => ({
      value: String(version),
      label: [
        t("history.version", { version }),
        ...(version === summary.live ? [`(${t("history.live")})`] : []),
        message.slice(0, 60),
      ]
        .filter(Boolean)
        .join(" "),
    })),
  ];
  function onCanvas(old: Flow, now: Flow, kinds: Kinds) {
    const called = (side: string) =>
      side === draftName ? t("compare.draft") : t("history.version", { version: side });
    const over = overlay(old, now, kinds, changeWords(kinds));
    const version = after === draftName ? undefined : Number(after);
    showOver({ version, flow: over.flow, over: { ...over, before: called(before), after: called(after) } });
    close();
  }

  return (
    <Dialog title={t("compare.title")} size="lg" close={close}>
      <div className={classes.sides}>
        <NativeSelect
          label={t("compare.from")}
          data={choices}
          value={before}
          onChange={(event) => setBefore(event.currentTarget.value)}
        />
        <NativeSelect
          label={t("compare.to")}
          data={choices}
          value={after}
          onChange={(event) => setAfter(event.currentTarget.value)}
        />
      </div>
      <div aria-live="polite">
        {old && now && kinds ? (
          <>
            <Difference before={old} after={now} kinds={kinds} />
            <Button variant="default" onClick={() => onCanvas(old, now, kinds)}>
              {t("compare.onCanvas")}
            </Button>
          </>
        ) : (
          <p>{t("compare.wait")}</p>
        )}
      </div>
    </Dialog>
  );
}

function useSide(flow: string, side: string, draft: Flow): Flow | undefined {
  const version = useVersion(flow, side === draftName ? null : Number(side)).data;
  return side === draftName ? draft : version;
}

function Difference({ before, after, kinds }: { before: Flow; after: Flow; kinds: Kinds }) {
  const changes = compareFlows(before, after, (edge, of) => outputOf(edge, of, kinds));
  const lines = changeLines(changes, before, after, changeWords(kinds));
  if (lines.length === 0) return <p>{t("compare.same")}</p>;
  return <ChangeList lines={lines} />;
}
