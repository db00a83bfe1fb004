import { Button } from "@mantine/core";
import { useMemo } from "react";
import type { WhatIfResult } from "../../../engine/model/backtest.ts";
import { Section } from "../ui/panel.tsx";
import { words } from "../ui/words.ts";
import classes from "./backtest.module.css";
import { Curve, type Line } from "./curve.tsx";
import { tb } from "./text.ts";

interface WhatIfCurveProps {
  result: WhatIfResult;
  /** Of the number that was varied. */
  name: string;
  use: (value: number) => void;
}

/** Alarms and commands by the value of a number: as a curve, and as a table to choose from. */
export function WhatIfCurve({ result: { points, current, messages }, name, use }: WhatIfCurveProps) {
  const { xs, lines } = useMemo(() => {
    const alarms: Line = {
      label: tb("backtest.alarms"),
      colour: "--mr-flow",
      values: points.map((point) => point.alarms),
    };
    const commands: Line = {
      label: tb("backtest.commands"),
      colour: "--mr-act",
      values: points.map((point) => point.commands),
    };
    const isSent = points.some((point) => point.commands > 0);
    return { xs: points.map(({ value }) => value), lines: isSent ? [commands, alarms] : [alarms] };
  }, [points]);
  if (messages === 0) return <p className={classes.hint}>{tb("backtest.noMessages")}</p>;
  const label = tb("whatIf.curve", { name, first: words(xs[0]), last: words(xs.at(-1)) });
  return (
    <Section title={tb("backtest.alarms")}>
      <p className={classes.hint}>{name}</p>
      <Curve label={label} xLabel={tb("whatIf.value")} xs={xs} lines={lines} />
      <details className={classes.table}>
        <summary>{tb("whatIf.table")}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{tb("whatIf.value")}</th>
              <th scope="col">{tb("backtest.alarms")}</th>
              <th scope="col">{tb("backtest.commands")}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {points.map(({ value, alarms, commands }) => (
              <tr key={value} aria-current={value === current ? "true" : undefined}>
                <th scope="row">{words(value)}</th>
                <td>{words(alarms)}</td>
                <td>{words(commands)}</td>
                <td>
                  {value === current ? (
                    tb("whatIf.current", { value: words(value) })
                  ) : (
                    <Button size="compact-xs" variant="default" onClick={() => use(value)}>
                      {tb("whatIf.use", { value: words(value) })}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </Section>
  );
}
