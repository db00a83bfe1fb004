import { Button, NativeSelect, NumberInput } from "@mantine/core";
import { useState } from "react";
import { varied } from "../../../engine/flow/vary.ts";
import { useFlow } from "../flows/open-flow.ts";
import { say } from "../flows/stage.ts";
import { Failure, useRun as useSubmit } from "../flows/stage-dialogs.tsx";
import { Empty } from "../ui/states.tsx";
import { words } from "../ui/words.ts";
import classes from "./backtest.module.css";
import type { ModeProps } from "./backtest-panel.tsx";
import { type Adjustable, adjustables, rangeAround, valuesOf } from "./numbers.ts";
import { begin, useRun } from "./queries.ts";
import { overOf, RangeFields } from "./range-fields.tsx";
import { RunState } from "./run-state.tsx";
import { tb } from "./text.ts";
import { WhatIfCurve } from "./what-if-curve.tsx";

const most = 40;
/** By flow: what the curve at hand was asked for. */
const asked = new Map<string, Adjustable>();

/** How many alarms there would be if one number of one step were another. */
export function WhatIf({ open, kinds, summary, kept, chosen, choose, hindered }: ModeProps) {
  const flow = useFlow(open);
  const numbers = adjustables(flow, kinds);
  const [key, setKey] = useState(asked.get(open.id)?.key ?? "");
  const [typed, setTyped] = useState<{ key: string; first: number; last: number; step: number }>();
  const run = useRun(summary.id, "what-if");
  const number = numbers.find((one) => one.key === key) ?? numbers[0];
  const span = number && (typed?.key === number.key ? typed : rangeAround(number.value));
  const values = span ? valuesOf(span) : [];
  const over = overOf(chosen, kept, Date.now());
  const { busy, failure, submit } = useSubmit(async () => {
    const now = overOf(chosen, kept, Date.now());
    if (!number || !now) return;
    const vary = { ...number.place, values };
    await begin(summary.id, "what-if", { ...now, flow: open.document.flow(), vary });
    asked.set(open.id, number);
  });
  if (!number || !span)
    return (
      <Empty title={tb("backtest.noNumber")}>
        <p>{tb("backtest.noNumberText")}</p>
      </Empty>
    );
  const drawn = asked.get(open.id);
  const use = (value: number) => {
    if (!drawn || !varied(flow, drawn.place, value)) return;
    open.document.apply((now) => varied(now, drawn.place, value) ?? now);
    say(tb("whatIf.used", { name: drawn.label, value: words(value) }));
  };
  const set = (name: "first" | "last" | "step") => (value: string | number) =>
    setTyped({ ...span, key: number.key, [name]: Number(value) });
  return (
    <>
      <form className={classes.form} onSubmit={submit}>
        <NativeSelect
          label={tb("whatIf.number")}
          data={numbers.map(({ key, label }) => ({ value: key, label }))}
          value={number.key}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <div className={classes.three}>
          {(["first", "last", "step"] as const).map((name) => (
            <NumberInput key={name} label={tb(`whatIf.${name}`)} value={span[name]} onChange={set(name)} />
          ))}
        </div>
        <RangeFields flow={flow} over={over} chosen={chosen} kept={kept} change={choose} />
        {values.length > most && (
          <p className={classes.failure}>{tb("whatIf.tooMany", { count: values.length })}</p>
        )}
        {hindered && <p className={classes.failure}>{tb("backtest.problems")}</p>}
        <Failure of={failure} />
        <Button
          type="submit"
          loading={busy}
          disabled={
            !over || hindered || values.length < 2 || values.length > most || run?.state === "running"
          }
          size="sm"
        >
          {tb("whatIf.begin")}
        </Button>
      </form>
      {run && <RunState run={run} />}
      {run?.whatIf && <WhatIfCurve result={run.whatIf} name={drawn?.label ?? ""} use={use} />}
    </>
  );
}
