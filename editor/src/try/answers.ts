import { commandsIn, type TryInput, type TryResult } from "../../../engine/flow/try.ts";
import { offsetMs, readCell, ticks } from "./sample.ts";

type Given = Extract<TryInput, { command: number }>;

/** What can come of a command, and before that of one that waits for a person. */
export const endings = ["succeeded", "failed", "timed_out"] as const;
export const decisions = ["approved", "rejected"] as const;

/** How a command of the trial ends, as it is typed. */
export interface Answer {
  /** The first, second, ... that the flow sends. */
  command: number;
  state: (typeof endings | typeof decisions)[number];
  /** How long after it was sent. */
  after: string;
  /** What the device answered, or why it did not. */
  text: string;
}

/**
 * The trial with its answers among its messages, each counted from when its command was sent; `run` is asked for that. An
 * answer whose command is no longer sent is left out.
 */
export function answered(
  inputs: readonly TryInput[],
  answers: readonly Answer[],
  run: (inputs: readonly TryInput[]) => TryResult,
): { inputs: readonly TryInput[]; result: TryResult } {
  let all = inputs;
  let result = run(all);
  // What comes after a command changes none that was sent up to then, so the numbers of those before stay.
  for (const answer of [...answers].sort((a, b) => a.command - b.command)) {
    const sent = commandsIn(result)[answer.command - 1];
    const offset = offsetMs(answer.after);
    if (!sent || offset === undefined) continue;
    all = withOne(all, given(answer, sent.at + offset));
    result = run(all);
  }
  return { inputs: all, result };
}

function given({ command, state, text }: Answer, at: number): Given {
  const said = text.trim();
  if (said === "") return { command, at, state };
  const answer = state === "succeeded" ? readCell(said) : undefined;
  return answer === undefined ? { command, at, state, reason: said } : { command, at, state, answer };
}

/** After all that comes at its time; where the trial is over by then, the clock goes on to it. */
function withOne(inputs: readonly TryInput[], one: Given): TryInput[] {
  const end = inputs.length > 0 ? timeOf(inputs.at(-1)!) : one.at;
  if (one.at > end) return [...inputs, ...ticks(end, one.at), one];
  const later = inputs.findIndex((each) => timeOf(each) > one.at);
  return later < 0 ? [...inputs, one] : [...inputs.slice(0, later), one, ...inputs.slice(later)];
}

const timeOf = (input: TryInput): number => ("tick" in input ? input.tick : (input.at ?? 0));
