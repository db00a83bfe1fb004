import { memo } from "react";
import type { Flow } from "../../../engine/model/flow.ts";
import type { Values } from "../../../engine/model/value.ts";
import { type Kinds, outputsUnder } from "../flows/kind-info.ts";
import { kindOf, nameIn } from "../flows/outputs.ts";
import { formatLocale, t } from "../text/text.ts";
import { ChevronDownIcon, ChevronUpIcon } from "../ui/icons.tsx";
import { moment, namedWords } from "../ui/words.ts";
import classes from "./traces.module.css";
import type { Numbered } from "./watching.ts";

interface RowProps {
  one: Numbered;
  flow: Flow;
  kinds: Kinds;
  isOpen: boolean;
  /** Opens it and lights its path, or closes it. */
  toggle: (one: Numbered | undefined) => void;
  go: (node: string) => void;
}

/** One message: device, time and how far it came; open, what each step made of it. */
export const TraceRow = memo(
  function TraceRow({ one, flow, kinds, isOpen, toggle, go }: RowProps) {
    const { device, at, isTick, values, steps, more } = one.trace;
    const failed = steps.some(({ error }) => error);
    return (
      <li data-failed={failed} data-open={isOpen}>
        <button
          type="button"
          aria-expanded={isOpen}
          title={moment(at)}
          onClick={() => toggle(isOpen ? undefined : one)}
        >
          {isOpen ? <ChevronUpIcon size={14} /> : <ChevronDownIcon size={14} />}
          <strong>{device.name}</strong>
          <time>{new Date(at).toLocaleTimeString(formatLocale())}</time>
          <span>{isTick ? t("trial.clock") : <Fields values={values} />}</span>
          <small>{steps.map(({ node }) => nameIn(flow, node)).join(" → ")}</small>
        </button>
        {isOpen && (
          <ol>
            {steps.map(({ node, out, error }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a step may be passed twice
              <li key={index}>
                <button type="button" className={classes.link} onClick={() => go(node)}>
                  {nameIn(flow, node)}
                </button>
                {error && (
                  <p lang="en" data-failed="true">
                    {error}
                  </p>
                )}
                {!error && out.length === 0 && <p>{t("trial.noOut")}</p>}
                {out.map(([output, left], place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: an output may be used twice
                  <p key={place}>
                    <em>{outputTitle(flow, kinds, node, output)}</em> <Fields values={left} />
                  </p>
                ))}
              </li>
            ))}
            {more > 0 && <li>{t("traces.moreSteps", { count: more })}</li>}
          </ol>
        )}
      </li>
    );
  },
  (before, after) => before.one === after.one && before.isOpen === after.isOpen && before.flow === after.flow,
);

function outputTitle(flow: Flow, kinds: Kinds, id: string, output: string): string {
  const node = flow.nodes.find((each) => each.id === id);
  const outputs = node ? outputsUnder(kindOf(node, kinds), node.config) : [];
  return outputs.find(({ name }) => name === output)?.title ?? output;
}

function Fields({ values }: { values: Values }) {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${namedWords(name, value)}`)
    .join(", ");
}
