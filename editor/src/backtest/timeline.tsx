import type { BacktestResult } from "../../../engine/model/backtest.ts";
import { formatLocale } from "../text/text.ts";
import { Section } from "../ui/panel.tsx";
import classes from "./backtest.module.css";
import { tb } from "./text.ts";

const [width, half] = [340, 44];
const bars = 68;

/** Alarms raised over time: this flow's above the line, those of the live version below. */
export function Timeline({ result: { from, to, buckets, candidate, live } }: { result: BacktestResult }) {
  const above = grouped(buckets.candidate);
  const below = grouped(buckets.live);
  const most = Math.max(1, ...above, ...below);
  const bar = width / bars;
  const label = live
    ? tb("backtest.raisedBoth", { now: candidate.alarms, before: live.alarms })
    : tb("backtest.raised", { now: candidate.alarms });
  const draw = (counts: number[], side: "candidate" | "live") =>
    counts.map((count, i) => {
      const height = count === 0 ? 0 : Math.max(2, (count / most) * (half - 4));
      const y = side === "candidate" ? half - 1 - height : half + 1;
      // biome-ignore lint/suspicious/noArrayIndexKey: bars have no name but their place
      return <rect key={i} data-side={side} x={i * bar + 0.5} y={y} width={bar - 1} height={height} />;
    });
  return (
    <Section title={tb("backtest.timeline")}>
      <svg className={classes.timeline} viewBox={`0 0 ${width} ${half * 2}`} role="img" aria-label={label}>
        {draw(above, "candidate")}
        {live && draw(below, "live")}
        <line x1="0" x2={width} y1={half} y2={half} />
      </svg>
      <div className={classes.ends}>
        <time>{short(from)}</time>
        <span data-side="candidate">{tb("backtest.these")}</span>
        {live && <span data-side="live">{tb("backtest.legendLive", { version: live.version })}</span>}
        <time>{short(to)}</time>
      </div>
    </Section>
  );
}

/** As many sums as there are bars. */
function grouped(counts: readonly number[]): number[] {
  const sums = new Array<number>(bars).fill(0);
  counts.forEach((count, i) => {
    sums[Math.floor((i * bars) / counts.length)]! += count;
  });
  return sums;
}

function short(ms: number): string {
  return new Date(ms).toLocaleString(formatLocale(), {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
}
