import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import UPlot from "uplot";
import { formatLocale } from "../text/text.ts";
import { words } from "../ui/words.ts";
import classes from "./backtest.module.css";

export interface Line {
  label: string;
  /** Name of a colour token. */
  colour: "--mr-flow" | "--mr-line-strong" | "--mr-act";
  values: (number | null)[];
  /** On an axis of its own scale at the right. */
  right?: boolean;
}

interface CurveProps {
  label: string;
  xLabel: string;
  xs: number[];
  /** `xs` are seconds since the epoch. */
  time?: boolean;
  lines: Line[];
}

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const clock = (seconds: number) =>
  new Date(seconds * 1000).toLocaleTimeString(formatLocale(), { hour: "2-digit", minute: "2-digit" });

/** Curves over one axis. Drawn anew when anything about them changes. */
export function Curve({ label, xLabel, xs, time = false, lines }: CurveProps) {
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const { ref, width } = useElementSize();
  const host = useRef<HTMLDivElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the colours that are read
  useEffect(() => {
    if (!host.current || width === 0) return;
    const options = optionsOf({ xLabel, time, lines, width });
    const plot = new UPlot(options, [xs, ...lines.map(({ values }) => values)], host.current);
    return () => plot.destroy();
  }, [xs, xLabel, time, lines, width, scheme]);

  return (
    <div ref={ref} role="img" aria-label={label} className={classes.curve}>
      <div ref={host} />
    </div>
  );
}

function optionsOf({
  xLabel,
  time,
  lines,
  width,
}: Pick<CurveProps, "xLabel" | "lines"> & { time: boolean; width: number }): UPlot.Options {
  const axis = {
    stroke: token("--mr-muted"),
    grid: { stroke: token("--mr-line"), width: 1 },
    ticks: { show: false },
    font: "12px Arial, sans-serif",
  };
  const figures = (_: UPlot, ticks: number[]) => ticks.map((tick) => words(tick));
  return {
    width,
    height: 180,
    legend: { live: true },
    cursor: { y: false, points: { size: 7 } },
    scales: { x: { time }, y: { range: (_, min, max) => [Math.min(0, min), Math.max(1, max * 1.05)] } },
    axes: [
      { ...axis, size: 28, space: 60, values: time ? (_, ticks) => ticks.map(clock) : figures },
      { ...axis, size: 44, values: figures },
    ],
    series: [
      { label: xLabel, value: (_, x) => (x === null ? "–" : time ? clock(x) : words(x)) },
      ...lines.map(({ label, colour }) => ({
        label,
        stroke: token(colour),
        width: 2,
        spanGaps: true,
        points: { show: !time, size: 6, fill: token(colour) },
        value: (_: UPlot, value: number | null) =>
          value === null || value === undefined ? "–" : words(value),
      })),
    ],
  };
}
