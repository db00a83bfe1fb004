import * as z from "zod";
import type { Message } from "../model/message.ts";
import { compileCondition } from "../rules/compile-condition.ts";
import { conditionSchema } from "../rules/condition.ts";
import { describeCondition } from "../rules/describe-condition.ts";
import { durationBetween, parseDuration } from "../rules/duration.ts";
import { byHelp, bySetting, shownBy } from "./by.ts";
import { excess, type Held, hold, release } from "./held.ts";
import { joinExamples } from "./join-examples.ts";
import { defineKind, type Step } from "./kind.ts";

const maxWaiting = 20;

const configSchema = z.strictObject({
  one: conditionSchema.meta({
    title: "One",
    description: "Which messages are of the one sort, such as those with a weight",
    widget: "condition",
  }),
  other: conditionSchema.meta({
    title: "Other",
    description: "Which are of the other sort, such as those with a label",
    widget: "condition",
  }),
  within: durationBetween("1s", "7d").meta({
    title: "Within",
    description: "How far apart the times of the two may be",
    widget: "duration",
  }),
  by: bySetting,
});

const remarks = {
  matched: "it belongs to a message {apartMs} apart",
  timeout: "no other half came within {withinMs}",
} as const;

/** Messages that wait for their other half, in order of arrival, and the newest time. */
interface Waiting {
  /** 0: of the one sort; 1: of the other. */
  q: (readonly [sort: 0 | 1, held: Held])[];
  t: number;
}
type Out = (readonly [output: string, message: Message])[];

/** Makes one message of two. */
export const join = defineKind({
  kind: "join",
  version: 1,
  title: "Join",
  group: "Transform",
  icon: "arrows-join",
  summary: "Merges two messages of a device that belong together into one.",
  help: `For devices that send in pieces what belongs together. A message of the **one** sort waits for one of the **other**, or the
other way round, whose time is at most **within** before or after its own. Of several that wait, the nearest in time is taken, of
two as near the one that came first. Each message is used once.

The merged message leaves by **matched** with the fields of both; where both have a field, the later message's counts (of two at
the same time, the one that arrived later). It has the time of the later one. What finds no other half in time leaves by
**timeout** as it came: with the next message of either sort that is later than its time allows, or by the clock, to about a second.

- A message that is of **both** sorts has all it needs and leaves by *matched* as it is, at once.
- A message of **neither** sort ends here, also when the field that would tell is **missing**, **null** or **wrong-typed**. Infinite
  numbers are compared as numbers.
- A message that comes so late that the newest one is more than *within* ahead still takes a waiting other half; when there is
  none it leaves by *timeout* at once.
- 20 messages of a device wait at most, 64 KiB in all; beyond that the oldest leave by *timeout*.

${byHelp}`,
  remembers: {
    t: "Time of the newest message",
    "q.*.1": "",
    "q.*.*.v": "Waiting",
    "q.*.*.i": "",
    "q.*.*.t": "Its own time",
    "q.*.*.a": "It arrived",
    "q.*.*.y": "",
  },
  remarks,
  outputs: [
    { name: "matched", title: "Merged" },
    { name: "timeout", title: "Without its other half" },
  ],
  config: configSchema,
  groupsBy: ({ by }) => by,
  memory: () => true,
  describe: ({ one, other, within, by }) =>
    `${describeCondition(one)} with ${describeCondition(other)}, within ${within}${shownBy(by)}`,
  create({ one, other, within }) {
    const isOne = compileCondition(one);
    const isOther = compileCondition(other);
    const withinMs = parseDuration(within);
    const stepOf = ({ q, t }: Waiting, out: Out): Step => {
      let wakeAt: number | null = null;
      for (const [, { a }] of q) if (wakeAt === null || a + withinMs + 1 < wakeAt) wakeAt = a + withinMs + 1;
      return { state: { q, t } satisfies Waiting, wakeAt, out };
    };
    return {
      evaluate(message, state) {
        const { values, ts, device } = message;
        const hasOne = isOne(values);
        const hasOther = isOther(values);
        if (hasOne && hasOther) return { out: [["matched", message]] };
        if (!hasOne && !hasOther) return {};
        const sort = hasOne ? 0 : 1;
        const before = state as Waiting | undefined;
        const waiting = before?.q.slice() ?? [];
        const t = before ? Math.max(before.t, ts) : ts;
        const out: Out = [];

        const found = nearest(waiting, sort, ts, withinMs);
        if (found >= 0) {
          const [[, held]] = waiting.splice(found, 1) as [Waiting["q"][number]];
          out.push(["matched", merge(release(held, device), message)]);
        } else waiting.push([sort, hold(message)]);
        const kept: Waiting["q"] = [];
        for (const item of waiting)
          if (item[1].t + withinMs < t) out.push(["timeout", release(item[1], device)]);
          else kept.push(item);
        const surplus = excess(
          kept.map(([, held]) => held),
          maxWaiting,
        );
        for (const [, held] of kept.slice(0, surplus)) out.push(["timeout", release(held, device)]);
        return stepOf({ q: kept.slice(surplus), t }, out);
      },
      tick(now, device, state) {
        const before = state as Waiting | undefined;
        if (!before) return {};
        const out: Out = [];
        const kept: Waiting["q"] = [];
        for (const item of before.q)
          if (item[1].a + withinMs < now) out.push(["timeout", release(item[1], device)]);
          else kept.push(item);
        return stepOf({ q: kept, t: before.t }, out);
      },
      explain({ message, state, output }) {
        if (output === "timeout") return { reasons: [{ text: remarks.timeout, with: { withinMs } }] };
        const { q } = (state ?? { q: [] }) as Waiting;
        const found = message ? nearest(q, isOne(message.values) ? 0 : 1, message.ts, withinMs) : -1;
        if (found < 0) return {};
        const { i: id, t: ts, v: values } = q[found]![1];
        const apartMs = Math.abs(message!.ts - ts);
        return { reasons: [{ text: remarks.matched, with: { apartMs } }], messages: [{ id, ts, values }] };
      },
    };
  },
  examples: joinExamples,
});

/** Place of the waiting message of the other sort that is nearest in time; -1 where none is near enough. */
function nearest(waiting: Waiting["q"], sort: 0 | 1, ts: number, withinMs: number): number {
  let found = -1;
  let least = withinMs;
  for (let i = 0; i < waiting.length; i++) {
    const [other, { t }] = waiting[i]!;
    const apart = Math.abs(t - ts);
    if (other === sort || apart > least || (found >= 0 && apart === least)) continue;
    found = i;
    least = apart;
  }
  return found;
}

function merge(first: Message, second: Message): Message {
  const [earlier, later] = first.ts <= second.ts ? [first, second] : [second, first];
  const { id, device, type, ts, arrivedAt } = later;
  return { id, device, type, ts, arrivedAt, values: Object.assign({}, earlier.values, later.values) };
}
