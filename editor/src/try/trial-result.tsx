import type { ReactNode } from "react";
import type { TraceStep } from "../../../engine/flow/outcome.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import type { Values } from "../../../engine/model/value.ts";
import { kindByName } from "../../../engine/nodes/kinds.ts";
import { choose } from "../flows/editing.ts";
import { KindIcon } from "../flows/kind-icon.tsx";
import { type Kinds, outputsUnder } from "../flows/kind-info.ts";
import type { OpenFlow } from "../flows/open-flow.ts";
import { kindOf, nameOf } from "../flows/outputs.ts";
import { useStage } from "../flows/stage.ts";
import { t } from "../text/text.ts";
import { Section } from "../ui/panel.tsx";
import { namedWords } from "../ui/words.ts";
import { effectLines, sinceWords } from "./effect-words.ts";
import { MemoryTable } from "./memory-table.tsx";
import { visitsOf } from "./trial.ts";
import classes from "./try.module.css";

interface ResultProps {
  flow: Flow;
  kinds: Kinds;
  open: OpenFlow;
  node: string | undefined;
  problems: number;
  startMs: number;
}

/** What the trial came to: what would be done, and what went in and out of each step. */
export function TrialResult({ flow, kinds, open, node, problems, startMs }: ResultProps) {
  const trial = useStage((state) => state.trial);
  if (problems > 0) return <p className={classes.hint}>{t("trial.problems", { count: problems })}</p>;
  if (!trial) return <p className={classes.hint}>{t("trial.fill")}</p>;
  const lines = effectLines(trial.result, startMs);
  const shown = flow.nodes.filter(({ id }) => id === node);
  const nodes = shown.length > 0 ? shown : flow.nodes;
  return (
    <>
      <Section title={t("trial.effects")}>
        {lines.length === 0 && <p className={classes.hint}>{t("trial.nothing")}</p>}
        <ul className={classes.effects} aria-live="polite">
          {lines.map(({ type, text, why }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same may happen twice
            <li key={index} data-type={type}>
              {text}
              {why && (
                <>
                  : <span lang="en">{why}</span>
                </>
              )}
            </li>
          ))}
        </ul>
      </Section>
      <Section title={shown.length > 0 ? t("trial.oneStep") : t("trial.allSteps")}>
        {shown.length > 0 && (
          <button type="button" className={classes.link} onClick={() => choose(open, undefined)}>
            {t("trial.showAll")}
          </button>
        )}
        {nodes.map((each) => {
          const visits = visitsOf(trial, each.id);
          const kind = kindOf(each, kinds);
          const titleOf = (output: string) =>
            outputsUnder(kind, each.config).find(({ name }) => name === output)?.title ?? output;
          return (
            <details key={each.id} className={classes.step} open={shown.length > 0}>
              <summary>
                <KindIcon kind={kind} size={24} />
                <strong>{nameOf(each)}</strong>
                <span>{t("trial.visits", { count: visits.length })}</span>
              </summary>
              <ol>
                {visits.slice(-10).map((visit, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: visits have no name of their own
                  <li key={index}>
                    <Visit
                      visit={visit}
                      startMs={startMs}
                      titleOf={titleOf}
                      names={kindByName(each.kind)?.remembers}
                    />
                  </li>
                ))}
              </ol>
            </details>
          );
        })}
      </Section>
    </>
  );
}

const hasMemory = (state: unknown) => state !== undefined && state !== null;

interface VisitProps {
  visit: TraceStep;
  startMs: number;
  titleOf: (output: string) => string;
  names: Readonly<Record<string, string>> | undefined;
}

function Visit({ visit, startMs, titleOf, names }: VisitProps) {
  const { in: came, out, state, error } = visit;
  const at = "tick" in came ? came.tick : "result" in came ? came.at : came.ts;
  return (
    <dl>
      <Part title={`${t("trial.in")} ${sinceWords(at, startMs)}`}>
        {"tick" in came ? (
          t("trial.clock")
        ) : (
          <Fields values={"result" in came ? came.result.command : came.values} />
        )}
      </Part>
      {out.map(([output, message], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an output may be used twice
        <Part key={index} title={titleOf(output)}>
          <Fields values={message.values} />
        </Part>
      ))}
      {error ? (
        <Part title={t("trial.failed")}>
          <span lang="en">{error}</span>
        </Part>
      ) : (
        out.length === 0 && <Part title={t("trial.out")}>{t("trial.noOut")}</Part>
      )}
      {(hasMemory(state.before) || hasMemory(state.after)) && (
        <Part title={t("trial.state")}>
          <details>
            <summary>{t("trial.stateShow")}</summary>
            <MemoryTable {...state} startMs={startMs} names={names} />
          </details>
        </Part>
      )}
    </dl>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Fields({ values }: { values: Values }) {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${namedWords(name, value)}`)
    .join(", ");
}
