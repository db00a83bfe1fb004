import { useQueryClient } from "@tanstack/react-query";
import type { FlowSummary } from "../flows/queries.ts";
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
  return (
    <Dialog title={t("rollback.title", { version })} close={close}>
      <form onSubmit={run.submit}>
        <p>
          {summary.live === null
            ? t("rollback.start", { version })
            : t("rollback.text", { version, live: summary.live })}
        </p>
        <Failure text={run.failure} />
        <Buttons label={t("rollback.submit", { version })} busy={run.busy} cancel={close} />
      </form>
    </Dialog>
  );
}
