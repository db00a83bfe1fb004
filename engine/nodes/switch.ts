import * as z from "zod";
import type { Message } from "../model/message.ts";
import { compileCondition } from "../rules/compile-condition.ts";
import { conditionSchema } from "../rules/condition.ts";
import { decideCondition } from "../rules/decide-condition.ts";
import { describeCondition } from "../rules/describe-condition.ts";
import { distinct } from "./field.ts";
import { defineKind, type Node } from "./kind.ts";

const otherwise = "else";

const caseSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, "must not be empty; name the case, such as jam")
    .max(64)
    .refine(
      (name) => name !== otherwise,
      'is the output for what fits no case; choose a name other than "else"',
    )
    .meta({ title: "Name", description: "Name of the case, and of its output", examples: ["jam"] }),
  when: conditionSchema.meta({ title: "When", widget: "condition" }),
});

const configSchema = z.strictObject({
  cases: z
    .array(caseSchema)
    .min(1, "must hold at least one case")
    .max(50)
    .superRefine(distinct((it) => it.name, "name"))
    .meta({ title: "Cases", description: "Tried from top to bottom" }),
  take: z.enum(["first", "all"]).default("first").meta({
    title: "Take",
    description: "The first case that holds, or all that do",
  }),
});

/** Parts messages over several named ways. */
export const switchKind = defineKind({
  kind: "switch",
  version: 1,
  title: "Switch",
  group: "Decide",
  icon: "arrows-split",
  summary: "Sends messages one of several ways, by conditions tried in order.",
  help: `Each case has a name and a condition, and its name is an output. The cases are tried from top to bottom: the message
leaves by the **first** that holds, or, with *take* set to all, by **every** one that holds. A message for which no case
holds leaves by **else**; leave that unconnected to forget it.

Conditions are those of *filter*: a **missing** or **null** field is neither below, above nor equal to anything, a **text**
counts as a number only when it begins like one, and infinite numbers compare as numbers do. "is one of" with another field
needs a list in that field; when it holds none, the message becomes a dead letter.

Renaming a case renames its output, so connect it anew. The node remembers nothing.`,
  outputs: [{ name: otherwise, title: "No case holds" }],
  outputsFrom: { list: "cases", name: "name" },
  config: configSchema,
  describe: ({ cases }) =>
    cases.map(({ name, when }) => `${name} when ${describeCondition(when)}`).join("; "),
  create({ cases, take }) {
    const compiled = cases.map(({ name, when }) => ({ name, holds: compileCondition(when) }));
    // "else" was taken because none of them holds.
    const explain: Node["explain"] = ({ message, output }) => {
      const taken = output === otherwise ? cases : cases.filter(({ name }) => name === output);
      return { reasons: message ? taken.flatMap(({ when }) => decideCondition(when, message.values)) : [] };
    };
    if (take === "all")
      return {
        evaluate(message) {
          const out: [string, Message][] = [];
          for (const { name, holds } of compiled) if (holds(message.values)) out.push([name, message]);
          if (out.length === 0) out.push([otherwise, message]);
          return { out };
        },
        explain,
      };
    return {
      evaluate(message) {
        for (const { name, holds } of compiled) if (holds(message.values)) return { out: [[name, message]] };
        return { out: [[otherwise, message]] };
      },
      explain,
    };
  },
  examples: [
    {
      title: "traffic is parted into jam, slow and free by the first case that holds",
      config: {
        cases: [
          { name: "jam", when: { all: [{ fact: "speed", operator: "lessThan", value: 10 }] } },
          { name: "slow", when: { all: [{ fact: "speed", operator: "lessThan", value: 30 }] } },
        ],
      },
      given: [
        { at: 1000, values: { speed: 5 } },
        { at: 2000, values: { speed: 20 } },
        { at: 3000, values: { speed: 80 } },
      ],
      expect: {
        out: [
          ["jam", { speed: 5 }],
          ["slow", { speed: 20 }],
          ["else", { speed: 80 }],
        ],
      },
    },
    {
      title: "a pump with two faults goes both ways when all cases are taken",
      config: {
        cases: [
          { name: "hot", when: { all: [{ fact: "bearing", operator: "greaterThan", value: 80 }] } },
          { name: "shaking", when: { all: [{ fact: "vibration", operator: "greaterThan", value: 7 }] } },
        ],
        take: "all",
      },
      given: [
        { at: 1000, values: { bearing: 95, vibration: 9 } },
        { at: 2000, values: { bearing: 60, vibration: 2 } },
      ],
      expect: {
        out: [
          ["hot", { bearing: 95, vibration: 9 }],
          ["shaking", { bearing: 95, vibration: 9 }],
          ["else", { bearing: 60, vibration: 2 }],
        ],
      },
    },
    {
      title: "a missing, empty or odd field fits no comparison of size",
      config: {
        cases: [
          { name: "warm", when: { all: [{ fact: "temperature", operator: "greaterThan", value: -15 }] } },
        ],
      },
      given: [
        { at: 1000, values: { door: "open" } },
        { at: 2000, values: { temperature: null } },
        { at: 3000, values: { temperature: "warm" } },
      ],
      expect: {
        out: [
          ["else", { door: "open" }],
          ["else", { temperature: null }],
          ["else", { temperature: "warm" }],
        ],
      },
    },
  ],
});
