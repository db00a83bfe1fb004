import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { Failure, useRun as useSubmit } from "../flows/stage-dialogs.tsx";
import { useVersions } from "../history/queries.ts";
import classes from "./backtest.module.css";
import type { ModeProps } from "./backtest-panel.tsx";
import { begin, useRun } from "./queries.ts";
import { overOf, RangeFields } from "./range-fields.tsx";
import { Result } from "./result.tsx";
import { RunState } from "./run-state.tsx";
import { tb } from "./text.ts";

/** The draft, or a version, beside the version that is live. */
export function Compare({ open, summary, kept, chosen, choose, hindered }: ModeProps) {
  const versions = useVersions(summary.id).data ?? [];
  const [version, setVersion] = useState("");
  const run = useRun(summary.id, "compare");
  const over = overOf(chosen, kept, Date.now());
  const isStopped = hindered && version === "";
  const { busy, failure, submit } = useSubmit(async () => {
    const now = overOf(chosen, kept, Date.now());
    if (!now) return;
    const what = version === "" ? { flow: open.document.flow() } : { version: Number(version) };
    await begin(summary.id, "compare", { ...now, ...what });
  });
  return (
    <>
      <form className={classes.form} onSubmit={submit}>
        <NativeSelect
          label={tb("backtest.what")}
          data={[
            { value: "", label: tb("backtest.draft") },
            ...versions.map(({ version, message }) => ({
              value: String(version),
              label: [tb("backtest.version", { version }), message.slice(0, 40)].filter(Boolean).join(": "),
            })),
          ]}
          value={version}
          onChange={(event) => setVersion(event.currentTarget.value)}
        />
        <RangeFields flow={open.document.flow()} over={over} chosen={chosen} kept={kept} change={choose} />
        {isStopped && <p className={classes.failure}>{tb("backtest.problems")}</p>}
        <Failure of={failure} />
        <Button
          type="submit"
          loading={busy}
          disabled={!over || isStopped || run?.state === "running"}
          size="sm"
        >
          {tb("backtest.begin")}
        </Button>
      </form>
      {run && <RunState run={run} />}
      {run?.result && <Result open={open} run={run} result={run.result} />}
    </>
  );
}
