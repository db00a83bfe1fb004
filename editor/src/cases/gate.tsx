import { TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { runCases } from "../../../engine/flow/cases.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import { useSurroundings } from "../flows/use-surroundings.ts";
import { t } from "../text/text.ts";
import classes from "./cases.module.css";
import { differenceWords } from "./difference-words.ts";
import { useCases } from "./queries.ts";

const shown = 5;

/** Runs the test cases before a deployment: which fail, and the reason for deploying all the same. */
export function useGate(flow: Flow) {
  const cases = useCases(flow.id).data?.cases;
  const around = useSurroundings(flow);
  const [reason, setReason] = useState("");
  const failing = useMemo(
    () => (cases ? runCases(flow, cases, around).filter(({ passed }) => !passed) : []),
    [flow, cases, around],
  );
  const isShut = failing.length > 0 && reason.trim() === "";
  const force = failing.length > 0 ? reason.trim() : undefined;
  return { count: cases?.length ?? 0, failing, reason, setReason, isShut, force };
}

/** What the gate says in the dialog of a deployment. */
export function Gate({ gate: { count, failing, reason, setReason } }: { gate: ReturnType<typeof useGate> }) {
  if (count === 0) return null;
  if (failing.length === 0) return <p className={classes.pass}>{t("cases.allPass", { count })}</p>;
  return (
    <div className={classes.gate}>
      <p role="alert" className={classes.sum} data-failing="true">
        {t("cases.fail", { count: failing.length, all: count })}
      </p>
      <ul>
        {failing.slice(0, shown).map(({ title, failures }) => (
          <li key={title}>
            <strong>{title}</strong>
            <small>{differenceWords(failures[0] ?? "")}</small>
          </li>
        ))}
      </ul>
      <TextInput
        label={t("cases.reason")}
        description={t("cases.reasonHelp")}
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </div>
  );
}
