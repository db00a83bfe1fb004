import { Button, Progress } from "@mantine/core";
import type { BacktestRun } from "../../../engine/model/backtest.ts";
import { words } from "../ui/words.ts";
import { Away } from "./away.tsx";
import classes from "./backtest.module.css";
import { cancel } from "./queries.ts";
import { tb } from "./text.ts";

/** How far a run is, or why there is no result. */
export function RunState({ run }: { run: BacktestRun }) {
  if (run.state === "done") return null;
  if (run.error?.code === "unavailable") return <Away detail={run.error.detail} />;
  if (run.state !== "running")
    return (
      <p role="alert" className={classes.failure}>
        {run.state === "cancelled" ? tb("backtest.cancelled") : <span lang="en">{run.error?.detail}</span>}
      </p>
    );
  return (
    <div className={classes.running}>
      <p role="status">{tb("backtest.running", { n: words(run.messages) })}</p>
      <Progress value={run.progress * 100} aria-label={tb("backtest.progress")} />
      <Button size="xs" variant="default" onClick={() => void cancel(run.flow, run.id).catch(() => {})}>
        {tb("backtest.cancel")}
      </Button>
    </div>
  );
}
