import { useQueryClient } from "@tanstack/react-query";
import { type ChangeLine, changeLines } from "../../../engine/flow/change-lines.ts";
import { compareFlows } from "../../../engine/flow/compare.ts";
import { ChangeList } from "../flows/change-list.tsx";
import { deploymentWords } from "../flows/change-words.ts";
import { useKinds } from "../flows/kinds.ts";
import { outputOf } from "../flows/outputs.ts";
import { type FlowSummary, useLiveDefinition, useVersion } from "../flows/queries.ts";
import { Buttons, Failure, useRun } from "../flows/stage-dialogs.tsx";
import { t } from "../text/text.ts";
import { Dialog } from "../ui/dialog.tsx";
import { rollBack } from "./show.ts";

interface RollBackProps {
  summary: FlowSummary;
  version: number;
  close: () => void;
}

/** Says what stops and what begins, then lets the version run. */
export function RollBackDialog({ summary, version, close }: RollBackProps) {
  const queries = useQueryClient();
  const run = useRun(async () => {
    await rollBack(queries, summary.id, version);
    close();
  });
  const lines = useChanges(summary, version);
  return (
    <Dialog title={t("rollback.title", { version })} close={close}>
      <form onSubmit={run.submit}>
        <p>
          {summary.live === null
            ? t("rollback.start", { version })
            : t("rollback.text", { version, live: summary.live })}
        </p>
        {lines.length > 0 && <ChangeList lines={lines} />}
        <Failure of={run.failure} />
        <Buttons label={t("rollback.submit", { version })} busy={run.busy} cancel={close} />
      </form>
    </Dialog>
  );
}

/** What changes of that which runs, once both versions are known. */
function useChanges(summary: FlowSummary, version: number): ChangeLine[] {
  const live = useLiveDefinition(summary);
  const then = useVersion(summary.id, version).data;
  const kinds = useKinds().data;
  if (!live || !then || !kinds) return [];
  const changes = compareFlows(live, then, (edge, of) => outputOf(edge, of, kinds));
  return changeLines(changes, live, then, deploymentWords(kinds));
}
