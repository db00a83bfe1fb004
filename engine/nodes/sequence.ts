import * as z from "zod";
import type { Message } from "../model/message.ts";
import { compileCondition } from "../rules/compile-condition.ts";
import { conditionSchema } from "../rules/condition.ts";
import { decideCondition } from "../rules/decide-condition.ts";
import { describeCondition } from "../rules/describe-condition.ts";
import { durationBetween, parseDuration } from "../rules/duration.ts";
import { byHelp, bySetting, shownBy } from "./by.ts";
import { type Held, hold, release } from "./held.ts";
import { defineKind } from "./kind.ts";
import { sequenceExamples } from "./sequence-examples.ts";

const stepSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .max(64)
    .default("")
    .meta({ title: "Name", description: "For people who read the flow" }),
  when: conditionSchema.meta({ title: "When", widget: "condition" }),
});

const configSchema = z.strictObject({
  steps: z
    .array(stepSchema)
    .min(2, "must hold at least two steps: what comes first, and what follows")
    .max(10)
    .meta({ title: "Steps", description: "Messages of the device in this order; others may come between" }),
  within: durationBetween("1s", "31d").meta({
    title: "Within",
    description: "From the first step to the last",
    widget: "duration",
  }),
  by: bySetting,
});

const remarks = {
  matched: "that was the last of {of} steps, {tookMs} after the first",
  timeout: "only {done} of {of} steps came within {withinMs}",
} as const;

/** A sequence under way. */
interface Progress {
  /** Message of the first step, with its times. */
  h: Held;
  /** Steps done. */
  n: number;
  /** Event time of the last step done. */
  t: number;
}

/** Watches for steps in their order. */
export const sequence = defineKind({
  kind: "sequence",
  version: 1,
  title: "Sequence",
  group: "Decide",
  icon: "timeline",
  summary: "Notices when messages of a device follow each other in an order, and when one fails to follow.",
  help: `The first message that meets the first step begins a sequence; then messages are awaited that meet the second, the third and
so on. Messages that do not meet the step awaited may come in between and are passed over.

- When the last step is met **within** the time, its message leaves by **matched**, with \`startedAt\` (ms) and \`tookMs\` added.
- When it is not, the message of the **first** step leaves by **timeout**, with \`stepsDone\` added: "the pump was started and no
  flow came". A timeout leaves with the next message of the device that is later than the time, or by the clock (to about
  a second) when none comes.

Exactly the time given is still within. One message meets one step only. A device has one sequence under way: while it is,
a message that meets the first step again does not begin another; after the end, the next one does.

- Steps go by event time: a message **older** than the last step done is passed over.
- A **missing**, **null** or **wrong-typed** field meets a condition as in *filter*; infinite numbers are compared as numbers.
- Messages that end or begin nothing end here: connect what works with all of them to the node before.

The node remembers the first message and two numbers.

${byHelp}`,
  remembers: {
    n: "Steps done",
    t: "Time of the last step",
    "h.v": "First message",
    "h.i": "",
    "h.t": "Its own time",
    "h.a": "It arrived",
    "h.y": "",
  },
  remarks,
  outputs: [
    { name: "matched", title: "All in order" },
    { name: "timeout", title: "Not in time" },
  ],
  config: configSchema,
  groupsBy: ({ by }) => by,
  // How many steps are done, whatever they are.
  memory: () => true,
  fields: () => ({
    matched: [
      {
        adds: [
          { name: "startedAt", type: "number" },
          { name: "tookMs", type: "number" },
        ],
      },
    ],
    timeout: [{ adds: [{ name: "stepsDone", type: "number" }] }],
  }),
  describe: ({ steps, within, by }) =>
    `${steps.map(({ name, when }) => name || describeCondition(when)).join(", then ")} within ${within}${shownBy(by)}`,
  create({ steps, within }) {
    const conditions = steps.map(({ when }) => compileCondition(when));
    const withinMs = parseDuration(within);
    const timeout = ({ h, n }: Progress, device: Message["device"]) => {
      const message = release(h, device);
      return [
        "timeout",
        { ...message, values: Object.assign({}, message.values, { stepsDone: n }) },
      ] as const;
    };
    return {
      evaluate(message, state) {
        const { id, device, type, ts, arrivedAt, values } = message;
        let progress = state as Progress | undefined;
        const out: (readonly [string, Message])[] = [];
        if (progress && ts > progress.h.t + withinMs) {
          out.push(timeout(progress, device));
          progress = undefined;
        }
        // Settings before these may have had more steps.
        if (progress && progress.n >= conditions.length) progress = undefined;
        if (progress && ts < progress.t) return {};
        const done = progress?.n ?? 0;
        if (!conditions[done]!(values)) {
          if (out.length === 0) return {};
          return { state: null, wakeAt: null, out };
        }
        if (done + 1 === conditions.length) {
          const startedAt = progress!.h.t;
          const matched = Object.assign({}, values, { startedAt, tookMs: ts - startedAt });
          out.push(["matched", { id, device, type, ts, arrivedAt, values: matched }]);
          return { state: null, wakeAt: null, out };
        }
        const next: Progress = { h: progress?.h ?? hold(message), n: done + 1, t: ts };
        // The clock is later than "exactly within" by one.
        return { state: next, wakeAt: next.h.a + withinMs + 1, out };
      },
      tick(now, device, state) {
        const progress = state as Progress | undefined;
        if (!progress) return {};
        if (now <= progress.h.a + withinMs) return { wakeAt: progress.h.a + withinMs + 1 };
        return { state: null, out: [timeout(progress, device)] };
      },
      explain({ message, state, output }) {
        const progress = state as Progress | undefined;
        if (!progress) return {};
        const { h, n } = progress;
        const messages = [{ id: h.i, ts: h.t, values: h.v }];
        if (output === "timeout")
          return {
            reasons: [{ text: remarks.timeout, with: { done: n, of: steps.length, withinMs } }],
            messages,
          };
        const met = message ? decideCondition(steps[n]!.when, message.values) : [];
        const tookMs = (message?.ts ?? h.t) - h.t;
        return { reasons: [...met, { text: remarks.matched, with: { of: steps.length, tookMs } }], messages };
      },
    };
  },
  examples: sequenceExamples,
});
