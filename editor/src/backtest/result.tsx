import type { BacktestResult, BacktestRun, Change } from "../../../engine/model/backtest.ts";
import type { OpenFlow } from "../flows/open-flow.ts";
import { Section } from "../ui/panel.tsx";
import { span, words } from "../ui/words.ts";
import classes from "./backtest.module.css";
import { ChangeList } from "./change-list.tsx";
import { SeriesShown } from "./series-shown.tsx";
import { tb } from "./text.ts";
import { Timeline } from "./timeline.tsx";

const order = ["new", "gone", "earlier", "later", "same"] as const satisfies Change[];

interface ResultProps {
  open: OpenFlow;
  run: BacktestRun;
  result: BacktestResult;
}

/** What came of a backtest: in a sentence, over time, and one by one. */
export function Result({ open, run, result }: ResultProps) {
  const { candidate, live, messages, alarms, commands } = result;
  const letters = Object.entries(candidate.deadLetters);
  const lost = letters.reduce((sum, [, count]) => sum + count, 0);
  return (
    <div aria-live="polite">
      <Section title={tb("backtest.changes")}>
        <p className={classes.headline}>{headline(result)}</p>
        {live && (
          <dl className={classes.totals}>
            <Total
              title={tb("backtest.alarms")}
              now={candidate.alarms}
              before={live.alarms}
              counts={alarms.counts}
            />
            <Total
              title={tb("backtest.commands")}
              now={candidate.commands}
              before={live.commands}
              counts={commands.counts}
            />
          </dl>
        )}
        {lost > 0 && (
          <p className={classes.failure}>
            {tb("backtest.deadLetters", {
              count: lost,
              reasons: letters.map(([reason]) => reason).join(", "),
            })}
          </p>
        )}
        <p className={classes.hint}>
          {tb("backtest.messages", { count: messages, n: words(messages), span: span(run.seconds * 1000) })}.{" "}
          {tb("backtest.unanswered")}
        </p>
      </Section>
      {messages > 0 && <Timeline result={result} />}
      <ChangeList open={open} result={result} />
      {result.series.list.length > 0 && <SeriesShown result={result} />}
    </div>
  );
}

/** "12 alarms fewer, 3 new, 5 earlier." */
function headline({ messages, candidate, live, alarms, commands }: BacktestResult): string {
  if (messages === 0) return tb("backtest.noMessages");
  if (!live) return tb("backtest.raised", { now: words(candidate.alarms) });
  const differ = [alarms.counts, commands.counts].some((counts) =>
    order.some((change) => change !== "same" && (counts[change] ?? 0) > 0),
  );
  if (!differ) return tb("backtest.noChange");
  const more = candidate.alarms - live.alarms;
  const count = Math.abs(more);
  const first =
    more === 0
      ? tb("backtest.sameAlarms")
      : tb(more < 0 ? "backtest.fewerAlarms" : "backtest.moreAlarms", { count });
  const parts = order
    .filter((change) => change !== "same" && alarms.counts[change] > 0)
    .map((change) => tb(`backtest.count.${change}`, { count: alarms.counts[change] }));
  return `${[first, ...parts].join(", ")}.`;
}

interface TotalProps {
  title: string;
  now: number;
  before: number;
  counts: Record<Change, number>;
}

function Total({ title, now, before, counts }: TotalProps) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <strong>{tb("backtest.insteadOf", { now: words(now), before: words(before) })}</strong>
        <ul>
          {order
            .filter((change) => counts[change] > 0)
            .map((change) => (
              <li key={change} data-change={change}>
                {tb(`backtest.count.${change}`, { count: counts[change] })}
              </li>
            ))}
        </ul>
      </dd>
    </div>
  );
}
