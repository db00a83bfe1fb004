import { NativeSelect } from "@mantine/core";
import { useMemo, useState } from "react";
import type { BacktestResult, BacktestSeries } from "../../../engine/model/backtest.ts";
import { Section } from "../ui/panel.tsx";
import { humanise } from "../ui/words.ts";
import classes from "./backtest.module.css";
import { Curve, type Line } from "./curve.tsx";
import { tb } from "./text.ts";

/** The values that the flow would have saved, beside those of the live version. */
export function SeriesShown({ result }: { result: BacktestResult }) {
  const { list, left } = result.series;
  const [picked, setPicked] = useState(0);
  const one = list[picked] ?? list[0]!;
  const { xs, lines } = useMemo(() => curvesOf(result, one), [result, one]);
  return (
    <Section title={tb("backtest.series")}>
      <NativeSelect
        aria-label={tb("backtest.series")}
        size="xs"
        data={list.map((each, i) => ({ value: String(i), label: nameOf(each) }))}
        value={String(picked)}
        onChange={(event) => setPicked(Number(event.currentTarget.value))}
      />
      <Curve label={nameOf(one)} xLabel={tb("backtest.time")} xs={xs} time lines={lines} />
      {left > 0 && <p className={classes.hint}>{tb("backtest.seriesLeft", { count: left })}</p>}
    </Section>
  );
}

function curvesOf({ from, buckets, live }: BacktestResult, one: BacktestSeries) {
  const used = one.candidate
    .map((_, i) => i)
    .filter((i) => one.candidate[i] !== null || one.live[i] !== null);
  const xs = used.map((i) => (from + i * buckets.everyMs) / 1000);
  const lines: Line[] = [];
  if (live)
    lines.push({
      label: tb("backtest.legendLive", { version: live.version }),
      colour: "--mr-line-strong",
      values: used.map((i) => one.live[i] ?? null),
    });
  lines.push({
    label: tb("backtest.these"),
    colour: "--mr-flow",
    values: used.map((i) => one.candidate[i] ?? null),
  });
  return { xs, lines };
}

function nameOf({ measurement, field, tags }: BacktestSeries): string {
  const { device, ...others } = tags;
  return [humanise(field), measurement, device, ...Object.values(others)].filter(Boolean).join(", ");
}
