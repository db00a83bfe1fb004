import * as z from "zod";
import type { Message } from "../model/message.ts";
import { absenceExamples } from "./absence-examples.ts";
import { byHelp, bySetting, shownBy } from "./by.ts";
import { defineKind, type Step } from "./kind.ts";
import {
  compileDuration,
  compileNumber,
  durationOrExpression,
  numberOrExpression,
  shownSetting,
} from "./setting.ts";

const bounds = { min: "1s", max: "366d" };

const configSchema = z
  .strictObject({
    after: durationOrExpression(bounds.min, bounds.max).optional().meta({
      title: "Silent after",
      description: "Time without a message of the device",
      widget: "durationOrExpression",
    }),
    times: numberOrExpression({ min: 1.5, max: 1000 }).optional().meta({
      title: "Or times its usual interval",
      description: "Learns how often the device reports; silent after so many times that",
      widget: "numberOrExpression",
    }),
    by: bySetting,
  })
  .refine((it) => it.after !== undefined || it.times !== undefined, {
    path: ["after"],
    message: "is missing; give a time, or how many times the usual interval",
  });

/** What is known of a device's rhythm. Times are of arrival, in ms: silence is a matter of the server's clock. */
interface Rhythm {
  /** Newest arrival. */
  a: number;
  /** Event time of that message. */
  t: number;
  /** Usual interval, and how many it was learnt from, up to `learnt`. */
  m?: number;
  c?: number;
  /** Silent after this many ms. */
  d?: number;
  /** Silent since the node said so. */
  s?: 1;
}

const learnt = 8;

const remarks = {
  silent: "nothing came for {silentMs}, the last at {arrivedAt}",
  back: "it is back after {silentMs}",
} as const;

/** Notices devices that fall silent. */
export const absence = defineKind({
  kind: "absence",
  version: 1,
  title: "Absence",
  group: "Decide",
  icon: "hourglass",
  summary: "Says when a device has sent nothing for a while, and when it is back.",
  help: `When no message of a device has come for the time given, one message leaves by **silent**, with \`silentSince\` (event time
of the last message, in ms) and \`silentMs\` (since it arrived). The first message after that leaves by **back**, with \`silentMs\`
added. All other messages end here, so connect what works with the readings to the node before.

Give a time, or **times its usual interval**: the node learns how often each device reports, as a running average over about
eight intervals (as round trips are in RFC 6298), leaving out messages that arrive together and the gap of a silence. Until it
knows eight, only the fixed time counts. When both are given, the longer one holds.

- Silence is measured from the **arrival** of messages, to about a second, since a silent device's clock says nothing. Readings
  uploaded late are a sign of life.
- A device that has never sent a message to this node is not known to be silent.
- The fields are not looked at: **missing, null, wrong-typed and infinite** values are signs of life like others.
- The settings can be expressions, such as \`=device.attributes.reportEvery * 3\` (seconds), worked out with each message. When one
  gives no number or is out of bounds, the message becomes a dead letter and does not count.

The node remembers six numbers for a device.

${byHelp}`,
  remembers: {
    a: "Last message arrived",
    t: "Its own time",
    m: "Usual interval (ms)",
    c: "Intervals it was learnt from",
    d: "Silent after (ms)",
    s: "Said to be silent",
  },
  remarks,
  outputs: [
    { name: "silent", title: "Has fallen silent" },
    { name: "back", title: "Is back" },
  ],
  config: configSchema,
  groupsBy: ({ by }) => by,
  memory: () => true,
  fields: () => ({
    silent: [
      {
        replaces: [
          { name: "silentSince", type: "number" },
          { name: "silentMs", type: "number" },
        ],
      },
    ],
    back: [{ adds: [{ name: "silentMs", type: "number" }] }],
  }),
  describe({ after, times, by }) {
    const parts = [
      ...(after === undefined ? [] : [shownSetting(after)]),
      ...(times === undefined ? [] : [`${shownSetting(times)} times its usual interval`]),
    ];
    return `nothing for ${parts.join(" and ")}${shownBy(by)}`;
  },
  create({ after, times }) {
    const afterOf = after === undefined ? undefined : compileDuration("after", after, bounds);
    const timesOf = times === undefined ? undefined : compileNumber("times", times, { min: 1.5, max: 1000 });

    /** How long a silence may last after this message; undefined while the interval is not known. */
    const allowed = (message: Message, { m = 0, c = 0 }: Rhythm): number | undefined => {
      const fixed = afterOf?.(message);
      const factor = timesOf?.(message);
      if (factor === undefined || c < learnt) return fixed;
      return Math.max(fixed ?? 1000, Math.round(m * factor));
    };
    return {
      evaluate(message, state): Step {
        const { id, device, type, ts, arrivedAt, values } = message;
        const before = state as Rhythm | undefined;
        const isNewer = !before || arrivedAt >= before.a;
        const next: Rhythm = {
          a: isNewer ? arrivedAt : before.a,
          t: isNewer ? ts : before.t,
          ...(timesOf && learn(before, arrivedAt)),
        };
        const allowedMs = allowed(message, next);
        if (allowedMs !== undefined) next.d = allowedMs;
        const step: Step = { state: next, wakeAt: allowedMs === undefined ? null : next.a + allowedMs };
        if (!before?.s) return step;
        const silentMs = Math.max(0, arrivedAt - before.a);
        const back = { id, device, type, ts, arrivedAt, values: Object.assign({}, values, { silentMs }) };
        return { ...step, out: [["back", back]] };
      },
      tick(now, device, state): Step {
        const rhythm = state as Rhythm | undefined;
        if (!rhythm || rhythm.s || rhythm.d === undefined) return {};
        const dueAt = rhythm.a + rhythm.d;
        if (now < dueAt) return { wakeAt: dueAt };
        const values = { silentSince: rhythm.t, silentMs: now - rhythm.a };
        const silent: Message = {
          id: `tick:${now}`,
          device,
          type: "telemetry",
          ts: now,
          arrivedAt: now,
          values,
        };
        return { state: { ...rhythm, s: 1 }, out: [["silent", silent]] };
      },
      explain({ state, output, left }) {
        const { a: arrivedAt = 0 } = (state ?? {}) as Partial<Rhythm>;
        const { silentMs = 0 } = left?.values ?? {};
        const text = output === "silent" ? remarks.silent : remarks.back;
        return left ? { reasons: [{ text, with: { silentMs, arrivedAt } }] } : {};
      },
    };
  },
  examples: absenceExamples,
});

/** The usual interval with one more arrival: an average that forgets, of an eighth of the newest. */
function learn(before: Rhythm | undefined, arrivedAt: number): Pick<Rhythm, "m" | "c"> {
  if (!before) return {};
  const { a, m, c = 0, s } = before;
  const interval = arrivedAt - a;
  if (interval <= 0 || s) return m === undefined ? {} : { m, c };
  if (m === undefined) return { m: interval, c: 1 };
  const share = 1 / Math.min(learnt, c + 1);
  return { m: m + (interval - m) * share, c: Math.min(learnt, c + 1) };
}
