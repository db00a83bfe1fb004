import type { BacktestResult, BacktestTotals, Change } from "../model/backtest.ts";
import { counted } from "../model/wording.ts";

const shown = 40;
const words: Record<Change, string> = {
  new: "new    ",
  gone: "gone   ",
  earlier: "earlier",
  later: "later  ",
  same: "same   ",
};

/** The result as lines for a terminal. */
export function showBacktest(result: BacktestResult, seconds: number): string {
  const { from, to, messages, candidate, live, alarms, commands } = result;
  const rate = Math.round(messages / seconds);
  const ratio = Math.round((to - from) / 1000 / seconds);
  const lines = [
    `${iso(from)} to ${iso(to)}: ${counted(messages, "message")} in ${seconds.toFixed(1)} s (${rate}/s, ${ratio} times as fast as they came)`,
    `this flow    ${totals(candidate)}`,
    ...(live ? [`live         ${totals(live)}`, `alarms       ${counts(alarms.counts)}`] : []),
    ...(live ? [`commands     ${counts(commands.counts)}`] : []),
    "Commands were not sent, so none was answered; both began with nothing remembered.",
    "",
  ];
  const found = [
    ...alarms.list.map((one) => ({ ...one, what: `${one.type} (${one.severity})` })),
    ...commands.list.map((one) => ({ ...one, what: `command ${one.method}` })),
  ]
    .filter(({ change }) => change !== "same")
    .sort((a, b) => a.at - b.at);
  for (const { change, at, wasAt, name, what, node } of found.slice(0, shown)) {
    const was = wasAt === undefined ? "" : `, was ${iso(wasAt)}`;
    lines.push(`${live ? `${words[change]}  ` : ""}${iso(at)}  ${name}: ${what}, by ${node}${was}`);
  }
  if (found.length > shown) lines.push(`and ${found.length - shown} more; --json has them`);
  return `${lines.join("\n").trimEnd()}\n`;
}

function totals({ alarms, commands, notifications, points, deadLetters }: BacktestTotals): string {
  const letters = Object.entries(deadLetters).map(
    ([reason, count]) => `${counted(count, "dead letter")} ${reason}`,
  );
  const made = Object.entries({
    alarm: alarms,
    command: commands,
    notification: notifications,
    point: points,
  });
  return [...made.map(([thing, count]) => counted(count, thing)), ...letters].join(", ");
}

function counts(counts: Record<Change, number>): string {
  return Object.entries(counts)
    .map(([change, count]) => `${count} ${change}`)
    .join(", ");
}

const iso = (ms: number) => new Date(ms).toISOString();
