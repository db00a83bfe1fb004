import * as z from "zod";
import { compileCondition } from "../rules/compile-condition.ts";
import { conditionSchema } from "../rules/condition.ts";
import { decideCondition } from "../rules/decide-condition.ts";
import { describeCondition } from "../rules/describe-condition.ts";
import { defineKind } from "./kind.ts";

const configSchema = z.strictObject({
  when: conditionSchema.meta({
    title: "Condition",
    description: "Messages for which it holds go on by “Condition holds”, all others by “It does not”",
    widget: "condition",
  }),
});

/** Parts messages by a condition over their fields. */
export const filter = defineKind({
  kind: "filter",
  version: 1,
  title: "Filter",
  group: "Decide",
  icon: "filter",
  summary: "Lets messages pass that meet a condition, and sends the others the other way.",
  help: `The condition looks at the fields of the message. When it holds, the message leaves by **pass**, otherwise by
**drop**. Leave *drop* unconnected to forget those messages.

- A **missing** field is below, above or equal to nothing: comparisons with it do not hold. "is not" and "is none of" do
  hold for it, since something that is not there is not the value.
- **null** behaves like a missing field in comparisons of size.
- A **text** where a number is expected counts as a number only when it begins like one ("12"); "fast" is neither below
  nor above anything. The text "12" is not equal to the number 12.
- An **infinite** number, such as 1e999, is above or below all others.
- "is one of" with another field needs a list in that field. When it holds none, the message becomes a dead letter.
- A condition of the flow used **by its name**, such as "rush hour", counts as if it stood here. It is changed in one place.`,
  outputs: [
    { name: "pass", title: "Condition holds" },
    { name: "drop", title: "It does not" },
  ],
  config: configSchema,
  describe: ({ when }) => describeCondition(when),
  create({ when }) {
    const holds = compileCondition(when);
    return {
      evaluate: (message) => ({ out: [[holds(message.values) ? "pass" : "drop", message]] }),
      explain: ({ message }) => ({ reasons: message ? decideCondition(when, message.values) : [] }),
    };
  },
  examples: [
    {
      title: "a plausible speed passes, a negative one is dropped",
      config: { when: { all: [{ fact: "speed", operator: "greaterThanInclusive", value: 0 }] } },
      given: [
        { at: 1000, values: { speed: 52 } },
        { at: 2000, values: { speed: -1 } },
      ],
      expect: {
        out: [
          ["pass", { speed: 52 }],
          ["drop", { speed: -1 }],
        ],
      },
    },
    {
      title: "a missing or empty field meets no comparison of size",
      config: { when: { any: [{ fact: "temperature", operator: "greaterThan", value: -100 }] } },
      given: [
        { at: 1000, values: { humidity: 40 } },
        { at: 2000, values: { temperature: null } },
      ],
      expect: {
        out: [
          ["drop", { humidity: 40 }],
          ["drop", { temperature: null }],
        ],
      },
    },
    {
      title: "a door open while the cold room is warmer than its limit",
      config: {
        when: {
          all: [
            { fact: "door", operator: "equal", value: "open" },
            { fact: "temperature", operator: "greaterThan", value: { fact: "limit" } },
          ],
        },
      },
      given: [
        { at: 1000, values: { door: "open", temperature: -12, limit: -18 } },
        { at: 2000, values: { door: "shut", temperature: -12, limit: -18 } },
      ],
      expect: {
        out: [
          ["pass", { door: "open", temperature: -12, limit: -18 }],
          ["drop", { door: "shut", temperature: -12, limit: -18 }],
        ],
      },
    },
  ],
});
