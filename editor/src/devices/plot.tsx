import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import UPlot from "uplot";
import { formatLocale, t } from "../text/text.ts";
import { span, words } from "../ui/words.ts";
import type { Range, SeriesData } from "./queries.ts";

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const clock = (options: Intl.DateTimeFormatOptions) => (seconds: number) =>
  new Date(seconds * 1000).toLocaleTimeString(formatLocale(), options);
const toMinutes = clock({ hour: "2-digit", minute: "2-digit" });
const toSeconds = clock({ hour: "2-digit", minute: "2-digit", second: "2-digit" });

function optionsOf(name: string, width: number, height: number): UPlot.Options {
  const axis = {
    stroke: token("--mr-muted"),
    grid: { stroke: token("--mr-line"), width: 1 },
    ticks: { show: false },
    font: "12px Arial, sans-serif",
  };
  return {
    width,
    height,
    legend: { live: true },
    cursor: { y: false, points: { size: 8 } },
    scales: { x: { time: true } },
    axes: [
      { ...axis, space: 80, size: 32, values: (_, ticks) => ticks.map(toMinutes) },
      { ...axis, size: 48 },
    ],
    series: [
      { label: t("device.time"), value: (_, seconds) => (seconds ? toSeconds(seconds) : "–") },
      {
        label: name,
        stroke: token("--mr-flow"),
        fill: `color-mix(in srgb, ${token("--mr-flow")} 14%, transparent)`,
        width: 2,
        points: { show: false },
        value: (_, value) => (value === null || value === undefined ? "–" : words(value)),
      },
    ],
  };
}

/** Times in seconds, with a gap where three buckets in a row are missing. */
function aligned({ times, values }: SeriesData, everyMs: number): UPlot.AlignedData {
  const xs: number[] = [];
  const ys: (number | null)[] = [];
  times.forEach((time, index) => {
    const before = times[index - 1];
    if (before !== undefined && time - before > 3 * everyMs) {
      xs.push((before + everyMs) / 1000);
      ys.push(null);
    }
    xs.push(time / 1000);
    ys.push(values[index] ?? null);
  });
  return [xs, ys];
}

const legendHeight = 28;

/** The curve. Drawn anew when the colours or the size change, else only given new data. */
export function Plot({ name, range, data }: { name: string; range: Range; data: SeriesData }) {
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const { ref, width, height } = useElementSize();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the colours that are read
  useEffect(() => {
    if (!host.current || width === 0 || height === 0) return;
    plot.current = new UPlot(optionsOf(name, width, height - legendHeight), [[], []], host.current);
    return () => {
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [name, width, height, scheme]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a plot drawn anew needs its data again
  useEffect(() => {
    plot.current?.setData(aligned(data, range.everyMs), false);
    plot.current?.setScale("x", { min: data.from / 1000, max: data.to / 1000 });
  }, [data, range, name, width, height, scheme]);

  const last = data.values.at(-1);
  const label = t("device.chartLabel", {
    name,
    range: span(range.ms),
    count: data.values.length,
    last: words(last),
  });
  return (
    <div ref={ref} role="img" aria-label={label}>
      <div ref={host} />
    </div>
  );
}
