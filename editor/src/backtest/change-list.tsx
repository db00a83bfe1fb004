import type { BacktestResult, Change } from "../../../engine/model/backtest.ts";
import { choose } from "../flows/editing.ts";
import { type OpenFlow, useFlow } from "../flows/open-flow.ts";
import { nameIn } from "../flows/outputs.ts";
import { stage } from "../flows/stage.ts";
import { Section } from "../ui/panel.tsx";
import { moment } from "../ui/words.ts";
import classes from "./backtest.module.css";
import { tb } from "./text.ts";

const shown = 100;

interface Line {
  change: Change;
  at: number;
  wasAt?: number | undefined;
  name: string;
  node: string;
  what: string;
}

/** What would be otherwise, one by one in order of time; each leads to the step that did it. */
export function ChangeList({ open, result }: { open: OpenFlow; result: BacktestResult }) {
  const flow = useFlow(open);
  const { alarms, commands, live } = result;
  const lines: Line[] = [
    ...alarms.list.map((one) => ({ ...one, what: one.type })),
    ...commands.list.map((one) => ({ ...one, what: tb("backtest.sent", { method: one.method }) })),
  ]
    .filter(({ change }) => change !== "same")
    .sort((a, b) => a.at - b.at);
  if (lines.length === 0) return null;
  const all = [alarms, commands].reduce(
    (sum, { counts }) => sum + counts.new + counts.gone + counts.earlier + counts.later,
    0,
  );
  return (
    <Section title={live ? tb("backtest.changes") : tb("backtest.alarms")}>
      <ol className={classes.changes}>
        {lines.slice(0, shown).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same may happen twice
          <li key={index} data-change={line.change}>
            <button
              type="button"
              aria-label={`${tb(`backtest.change.${line.change}`)}: ${line.name}, ${line.what}. ${tb("backtest.go", { name: nameIn(flow, line.node) })}`}
              onClick={() => show(open, line.node)}
            >
              <span>
                {live && <em>{tb(`backtest.change.${line.change}`)}</em>}
                <strong>{line.name}</strong>
              </span>
              <span>{line.what}</span>
              <time>
                {moment(line.at)}
                {line.wasAt !== undefined && `, ${tb("backtest.was", { time: moment(line.wasAt) })}`}
              </time>
            </button>
          </li>
        ))}
      </ol>
      {all > shown && <p className={classes.hint}>{tb("backtest.left", { count: all - shown })}</p>}
    </Section>
  );
}

/** Chooses the step on the canvas; this panel stays. */
function show(open: OpenFlow, node: string) {
  choose(open, node);
  stage.setState({ selected: [node], backtesting: true });
}
