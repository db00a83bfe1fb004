import * as z from "zod";
import type { Message } from "../model/message.ts";
import { durationBetween, parseDuration } from "../rules/duration.ts";
import { byHelp, bySetting, shownBy } from "./by.ts";
import { excess, type Held, hold, release } from "./held.ts";
import { defineKind, type Step } from "./kind.ts";
import { compileNumber, numberOrExpression, shownSetting } from "./setting.ts";
import { throttleExamples } from "./throttle-examples.ts";

const maxHeld = 100;

const configSchema = z
  .strictObject({
    limit: numberOrExpression({ min: 1, max: 100_000 }).default(1).meta({
      title: "At most",
      description: "Messages of a device that pass in each period",
      widget: "numberOrExpression",
    }),
    per: durationBetween("1s", "31d").meta({
      title: "Per",
      description: "Length of a period; it begins with the first message after the period before",
      widget: "duration",
    }),
    take: z.enum(["first", "last", "all"]).default("first").meta({
      title: "Which pass",
      description:
        "The first of a period at once; the last when it ends; or all, with the surplus waiting its turn",
    }),
    by: bySetting,
  })
  .superRefine(({ limit, take }, context) => {
    if (take !== "first" && typeof limit === "number" && limit > maxHeld)
      context.addIssue({
        code: "custom",
        path: ["limit"],
        message: `must be at most ${maxHeld} when messages wait; that many are kept`,
      });
  });

interface Period {
  /** Beginning of the period, in ms of arrival. */
  s: number;
  /** Passed so far in it. */
  n: number;
  /** At most so many in it. */
  m: number;
  /** Waiting, oldest first. */
  q?: Held[];
}
type Out = (readonly [output: string, message: Message])[];

/** Holds the number of messages down. */
export const throttle = defineKind({
  kind: "throttle",
  version: 1,
  title: "Throttle",
  group: "Decide",
  icon: "gauge",
  summary: "Lets at most so many messages of a device pass in a period.",
  help: `Periods go by the **arrival** of the messages, so that they hold also when a device uploads a day's readings at once. A
period begins with the first message after the one before has ended. Choose which messages pass:

- **first**: as many as the limit pass at once, the others of the period leave by **rest**.
- **last**: messages wait; when the period ends, the last ones pass, and the others leave by *rest* as soon as newer ones
  have taken their place. For "the newest value every minute".
- **all**: as many as the limit pass at once, the others wait for the next periods, in order. For a receiver that takes only so
  much. When more than 100 wait, the newest leaves by *rest*.

Waiting messages leave by the clock (to about a second), or with the next message, as they came; of a device
100 messages and 64 KiB wait at most, and beyond that the oldest leave by *rest* (with *last*) or the newest (with *all*).

The limit can be an expression, such as \`=device.attributes.perMinute\`, worked out when a period begins; when it gives no number
from 1 on, the message becomes a dead letter. Fractions count as the whole number below. The fields of messages are not
looked at: missing, null, wrong-typed and infinite values pass as they are.

${byHelp}`,
  remembers: {
    s: "Period began",
    n: "Passed in it",
    m: "At most in it",
    q: "Waiting",
  },
  outputs: [
    { name: "pass", title: "Passes" },
    { name: "rest", title: "Too many" },
  ],
  config: configSchema,
  groupsBy: ({ by }) => by,
  memory: ({ take }) => take === "first",
  describe: ({ limit, per, take, by }) =>
    `${take === "all" ? "all, " : `the ${take} `}${shownSetting(limit)} per ${per}${shownBy(by)}`,
  create({ limit, per, take }) {
    const perMs = parseDuration(per);
    const limitOf = compileNumber("limit", limit, { min: 1, max: take === "first" ? 100_000 : maxHeld });
    const begin = (message: Message): Period => ({
      s: message.arrivedAt,
      n: 0,
      m: Math.floor(limitOf(message)),
    });
    // Arrival times come from several servers, whose clocks may differ a little; one that goes back begins no period.
    const isOver = (period: Period, now: number) => now - period.s >= perMs;

    if (take === "first")
      return {
        evaluate(message, state) {
          let period = state as Period | undefined;
          if (!period || isOver(period, message.arrivedAt)) period = begin(message);
          if (period.n >= period.m) return { out: [["rest", message]] };
          return { state: { s: period.s, n: period.n + 1, m: period.m }, out: [["pass", message]] };
        },
      };

    if (take === "last")
      return {
        evaluate(message, state) {
          let period = state as Period | undefined;
          const out: Out = [];
          if (period && isOver(period, message.arrivedAt)) {
            for (const held of period.q ?? []) out.push(["pass", release(held, message.device)]);
            period = undefined;
          }
          const { s, m, q = [] } = period ?? begin(message);
          const waiting = [...q, hold(message)];
          const surplus = excess(waiting, m);
          for (const held of waiting.slice(0, surplus)) out.push(["rest", release(held, message.device)]);
          return { state: { s, n: 0, m, q: waiting.slice(surplus) }, wakeAt: s + perMs, out };
        },
        tick(now, device, state): Step {
          const period = state as Period | undefined;
          if (!period) return {};
          if (!isOver(period, now)) return { wakeAt: period.s + perMs };
          return {
            state: null,
            out: (period.q ?? []).map((held) => ["pass", release(held, device)] as const),
          };
        },
      };

    /** Lets waiting messages go, as many as the period still takes. */
    const drain = ({ s, n, m, q = [] }: Period, device: Message["device"], out: Out): Period => {
      const count = Math.min(q.length, m - n);
      for (const held of q.slice(0, count)) out.push(["pass", release(held, device)]);
      return { s, n: n + count, m, q: q.slice(count) };
    };
    const stepOf = (period: Period, out: Out): Step => ({
      state: period,
      wakeAt: period.q?.length ? period.s + perMs : null,
      out,
    });
    return {
      evaluate(message, state) {
        let period = state as Period | undefined;
        const out: Out = [];
        if (!period) period = begin(message);
        else if (isOver(period, message.arrivedAt))
          period = drain({ ...begin(message), q: period.q }, message.device, out);
        const { s, n, m, q = [] } = period;
        if (q.length === 0 && n < m) {
          out.push(["pass", message]);
          return stepOf({ s, n: n + 1, m, q }, out);
        }
        const waiting = [...q, hold(message)];
        if (excess(waiting, maxHeld) === 0) return stepOf({ s, n, m, q: waiting }, out);
        out.push(["rest", message]);
        return stepOf(period, out);
      },
      tick(now, device, state) {
        const period = state as Period | undefined;
        if (!period) return {};
        const out: Out = [];
        if (!isOver(period, now)) return stepOf(period, out);
        return stepOf(drain({ s: now, n: 0, m: period.m, q: period.q }, device, out), out);
      },
    };
  },
  examples: throttleExamples,
});
