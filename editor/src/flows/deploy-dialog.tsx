import { TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { changeLines } from "../../../engine/flow/change-lines.ts";
import type { FlowChanges } from "../../../engine/flow/compare.ts";
import { isOtherwise } from "../../../engine/flow/compare.ts";
import { isError } from "../../../engine/model/problem.ts";
import { deploymentOf, usual, wrongIn } from "../candidates/how.ts";
import { Gate, useGate } from "../cases/gate.tsx";
import { deploy } from "../draft/remote.ts";
import { t } from "../text/text.ts";
import { Dialog } from "../ui/dialog.tsx";
import { ChangeList } from "./change-list.tsx";
import { deploymentWords } from "./change-words.ts";
import classes from "./deploy-dialog.module.css";
import { useEditing } from "./editing-context.ts";
import { FixButton } from "./fix-button.tsx";
import { useFlow } from "./open-flow.ts";
import { nameIn } from "./outputs.ts";
import type { FlowProblem } from "./problems.ts";
import { type FlowSummary, useLiveDefinition } from "./queries.ts";
import { openDialog, say, showBeside } from "./stage.ts";
import { Buttons, Failure, useRun } from "./stage-dialogs.tsx";

interface DeployProps {
  summary: FlowSummary;
  problems: readonly FlowProblem[];
  changes: FlowChanges | undefined;
}

const HowChoice = lazy(() => import("../candidates/how-choice.tsx"));

const close = () => openDialog(undefined);

/** Shows what a deployment would change, asks what for, and lets it run. With problems it says why it cannot be. */
export function DeployDialog({ summary, problems, changes }: DeployProps) {
  const { open, kinds } = useEditing();
  const queries = useQueryClient();
  const flow = useFlow(open);
  const live = useLiveDefinition(summary);
  const [message, setMessage] = useState("");
  const gate = useGate(flow);
  const [how, setHow] = useState(usual);
  const run = useRun(async () => {
    await open.saver.flush();
    const { state, problem } = open.saver.status.getState();
    if (state !== "saved") throw new Error(t("deploy.notSaved", { problem }));
    const version = await deploy(summary.id, message, deploymentOf(how), gate.force);
    await queries.invalidateQueries({ queryKey: ["flows"] });
    close();
    say(t(`say.${how.way}`, { version }));
    if (how.way !== "live") showBeside();
  });
  const title = t("deploy.title", { name: flow.name });
  const errors = problems.filter(isError);
  if (errors.length > 0)
    return (
      <Dialog title={title} close={close}>
        <p role="alert">{t("deploy.refused", { count: errors.length })}</p>
        <ul className={classes.problems}>
          {errors.slice(0, 12).map((problem) => (
            <li key={`${problem.node} ${problem.path} ${problem.message}`}>
              {problem.node && <strong>{nameIn(flow, problem.node)}: </strong>}
              {problem.said} <FixButton problem={problem} />
            </li>
          ))}
        </ul>
      </Dialog>
    );
  const lines = changes && live ? changeLines(changes, live, flow, deploymentWords(kinds)) : [];
  const same = changes !== undefined && !isOtherwise(changes);
  return (
    <Dialog title={title} size="lg" close={close}>
      <form onSubmit={run.submit}>
        {live === undefined && <p>{t("deploy.first", { count: flow.nodes.length })}</p>}
        {live && (
          <p>
            {same
              ? t("deploy.same", { version: summary.live })
              : t("deploy.changes", { version: summary.live })}
          </p>
        )}
        {lines.length > 0 && <ChangeList lines={lines} />}
        <Gate gate={gate} />
        <Suspense fallback={null}>
          <HowChoice summary={summary} how={how} set={setHow} />
        </Suspense>
        <TextInput
          label={t("deploy.message")}
          description={t("deploy.messageHelp")}
          value={message}
          maxLength={500}
          data-autofocus
          onChange={(event) => setMessage(event.currentTarget.value)}
        />
        <Failure of={run.failure} />
        <Buttons
          label={t(`how.${how.way}`)}
          busy={run.busy}
          disabled={gate.isShut || wrongIn(how).length > 0}
        />
      </form>
    </Dialog>
  );
}
