import * as z from "zod";
import type { Message } from "../model/message.ts";
import { fieldTypeOf } from "../model/payload.ts";
import type { Values } from "../model/value.ts";
import { compileExpression, maxExpressionLength } from "../rules/expression.ts";
import { distinct, fieldName, needsNumber, writes } from "./field.ts";
import type { Added } from "./field-change.ts";
import { defineKind } from "./kind.ts";
import { isNumber, storable } from "./number.ts";
import { scopeOf } from "./scope.ts";

const of = fieldName.meta({ title: "Field", description: "Field of the message" });
const as = fieldName.meta({ title: "As", description: "Field to write", ...writes });

const attributeSchema = z.strictObject({
  name: fieldName.meta({ title: "Attribute", description: "Attribute of the device", widget: "attribute" }),
  as: fieldName
    .optional()
    .meta({ title: "As", description: "Field to write; left out: the attribute's name", ...writes }),
});
const constantSchema = z.strictObject({
  as,
  value: z
    .union([z.number(), z.string().max(1000), z.boolean()])
    .meta({ title: "Value", description: "Number, text or true/false", widget: "scalar" }),
});
const earlierSchema = z.strictObject({ of, as });
const deltaSchema = z.strictObject({ of: of.meta(needsNumber), as });
const calculationSchema = z.strictObject({
  as,
  expression: z
    .string()
    .min(1, "must not be empty; write an expression such as speed * 3.6")
    .max(maxExpressionLength)
    .meta({ title: "Expression", description: "CEL, such as speed * 3.6", widget: "expression" }),
});

const configSchema = z
  .strictObject({
    attributes: z
      .array(attributeSchema)
      .max(50)
      .superRefine(distinct((it) => it.as ?? it.name, "as"))
      .optional()
      .meta({
        title: "Attributes",
        description: "Copies attributes of the device into the message",
      }),
    constants: z
      .array(constantSchema)
      .max(50)
      .superRefine(distinct((it) => it.as, "as"))
      .optional()
      .meta({
        title: "Constants",
        description: "The same values for every message, such as the name of a site",
      }),
    previous: z
      .array(earlierSchema)
      .max(50)
      .superRefine(distinct((it) => it.as, "as"))
      .optional()
      .meta({
        title: "Previous values",
        description: "Values of the device's last message",
      }),
    delta: z
      .array(deltaSchema)
      .max(50)
      .superRefine(distinct((it) => it.as, "as"))
      .optional()
      .meta({
        title: "Changes",
        description: "Value now minus value of the device's last message",
      }),
    calculate: z
      .array(calculationSchema)
      .max(50)
      .superRefine(distinct((it) => it.as, "as"))
      .optional()
      .meta({
        title: "Calculations",
        description: "Fields calculated from others",
      }),
  })
  .refine(
    (it) =>
      it.attributes?.length ||
      it.constants?.length ||
      it.previous?.length ||
      it.delta?.length ||
      it.calculate?.length,
    "adds nothing yet; add an attribute, a constant, a previous value, a change or a calculation",
  );

/** Adds fields to a message. */
export const enrich = defineKind({
  kind: "enrich",
  version: 1,
  title: "Enrich",
  group: "Transform",
  icon: "circle-plus",
  summary: "Adds device attributes, constants, previous values, changes and calculations to a message.",
  help: `Five steps, in this order; each sees what the ones before it wrote:

1. **Attributes** copies attributes of the device, such as a limit set by its owner.
2. **Constants** writes values that are the same for every message.
3. **Previous** writes the value that the field had in the device's last message that carried it.
4. **Delta** writes the value now minus that previous value.
5. **Calculate** writes the result of an expression: \`speed / 3.6\`, \`temperature > limit ? "warm" : "cold"\`,
   \`device.attributes.width * 2\`. It sees all fields, \`device\` (id, name, profile, attributes) and \`ts\` (ms).
   Numbers are decimal: \`7 / 2\` is 3.5. Beside CEL's own there are abs, ceil, exp, floor, ln, max, min, pow, round (also
   with a number of digits) and sqrt.

The message leaves by **missing**, with what could be written, when an attribute is absent, when a field of *delta* is
**missing**, **infinite** or no number now, or when an expression fails because a field is missing, null or of the wrong type.

The **first** message of a device has no previous value: those fields are not written, and the message leaves by **out**.
The same holds when the previous value was no number. An **infinite** value is not remembered.

*calculate* has more of this: rates, running sums, units, and values before by event time.`,
  outputs: [
    { name: "out", title: "Complete" },
    { name: "missing", title: "Something was missing" },
  ],
  config: configSchema,
  memory: ({ previous = [], delta = [] }) => previous.length + delta.length > 0 || undefined,
  fields({ attributes = [], constants = [], previous = [], delta = [], calculate = [] }) {
    const adds: Added[] = [
      ...attributes.map(({ name, as = name }) => ({ name: as })),
      ...constants.map(({ as, value }) => ({ name: as, type: fieldTypeOf(value) })),
      ...previous.map(({ of, as }) => ({ name: as, like: of })),
      ...delta.map(({ of, as }) => ({ name: as, like: of, type: "number" as const })),
      ...calculate.map(({ as, expression }) => ({ name: as, expression })),
    ];
    return { out: [{ adds }], missing: [{ adds }] };
  },
  describe({ attributes = [], constants = [], previous = [], delta = [], calculate = [] }) {
    return [
      ...attributes.map((it) => (it.as ? `${it.as} from ${it.name}` : it.name)),
      ...constants.map((it) => `${it.as} is ${it.value}`),
      ...previous.map((it) => `${it.as} is the last ${it.of}`),
      ...delta.map((it) => `${it.as} is the change of ${it.of}`),
      ...calculate.map((it) => `${it.as} = ${it.expression}`),
    ].join("; ");
  },
  create({ attributes = [], constants = [], previous = [], delta = [], calculate = [] }) {
    const calculations = calculate.map(compile);
    const remembers = previous.length + delta.length > 0;
    return {
      evaluate(message, state) {
        // A spread copy costs twenty times as much as soon as a field is added to it (V8 of Node 20).
        const values: Values = Object.assign({}, message.values);
        let isComplete = copyAttributes(values, attributes, message);
        for (const { as, value } of constants) values[as] = value;
        const last = (state ?? noValues) as Values;
        const next: Values = {};
        for (const { of, as } of previous) {
          remember(next, of, values, last);
          if (last[of] !== undefined) values[as] = last[of];
        }
        for (const { of, as } of delta) {
          remember(next, of, values, last);
          const now = values[of];
          if (!isNumber(now)) isComplete = false;
          else if (typeof last[of] === "number") isComplete = put(values, as, now - last[of]) && isComplete;
        }
        if (calculations.length > 0 && !calculateAll(values, calculations, message)) isComplete = false;
        const { id, device, type, ts, arrivedAt } = message;
        const enriched = { id, device, type, ts, arrivedAt, values };
        const out = [[isComplete ? "out" : "missing", enriched]] as const;
        return remembers ? { out, state: next } : { out };
      },
    };
  },
  examples: [
    {
      title: "a limit of the device and a speed in other units are added",
      config: {
        attributes: [{ name: "limit" }],
        calculate: [
          { as: "mph", expression: "round(speed / 1.609344, 1)" },
          { as: "tooFast", expression: "speed > limit" },
        ],
      },
      given: [{ at: 1000, values: { speed: 80 }, device: { attributes: { limit: 50 } } }],
      expect: { out: [["out", { speed: 80, limit: 50, mph: 49.7, tooFast: true }]] },
    },
    {
      title: "a device's messages are given the name of its site",
      config: { constants: [{ as: "site", value: "North" }] },
      given: [{ at: 1000, values: { level: 2 } }],
      expect: { out: [["out", { level: 2, site: "North" }]] },
    },
    {
      title: "the first message has no previous value and no change",
      config: { previous: [{ of: "energy", as: "lastEnergy" }], delta: [{ of: "energy", as: "used" }] },
      given: [
        { at: 1000, values: { energy: 100 } },
        { at: 2000, values: { energy: 130 } },
      ],
      expect: {
        out: [
          ["out", { energy: 100 }],
          ["out", { energy: 130, lastEnergy: 100, used: 30 }],
        ],
      },
    },
    {
      title: "a message without the field leaves by missing, and is skipped as previous value",
      config: { delta: [{ of: "temperature", as: "change" }] },
      given: [
        { at: 1000, values: { temperature: -18 } },
        { at: 2000, values: { door: "open" } },
        { at: 3000, values: { temperature: null } },
        { at: 4000, values: { temperature: -15.5 } },
      ],
      expect: {
        out: [
          ["out", { temperature: -18 }],
          ["missing", { door: "open" }],
          ["missing", { temperature: null }],
          ["out", { temperature: -15.5, change: 2.5 }],
        ],
      },
    },
    {
      title: "what can be written is written, even when the rest is missing",
      config: {
        attributes: [{ name: "room", as: "where" }, { name: "target" }],
        calculate: [
          { as: "above", expression: "temperature - target" },
          { as: "kelvin", expression: "temperature + 273.15" },
        ],
      },
      given: [{ at: 1000, values: { temperature: -18 }, device: { attributes: { room: "B2" } } }],
      expect: { out: [["missing", { temperature: -18, where: "B2", kelvin: 255.14999999999998 }]] },
    },
  ],
});

type Config = z.infer<typeof configSchema>;
type Calculation = ReturnType<typeof compile>;
const noValues: Values = {};

function copyAttributes(
  values: Values,
  wanted: NonNullable<Config["attributes"]>,
  { device }: Message,
): boolean {
  let isComplete = true;
  for (const { name, as = name } of wanted) {
    const value = device.attributes[name];
    if (value === undefined || value === null) isComplete = false;
    else values[as] = value;
  }
  return isComplete;
}

/** Notes the field for the next message; one that is not there, or null, leaves what was noted before. */
function remember(next: Values, of: string, values: Values, last: Values) {
  const now = values[of] ?? null;
  const value = (isNumber(now) ? now : storable(now)) ?? last[of];
  if (value !== undefined) next[of] = value;
}

/** JSON has no number beyond the largest. */
function put(values: Values, as: string, number: number): boolean {
  if (Number.isFinite(number)) values[as] = number;
  return Number.isFinite(number);
}

function compile({ as, expression }: { as: string; expression: string }) {
  try {
    return { as, compute: compileExpression(expression) };
  } catch (error) {
    throw new Error(`Calculation "${as}": ${(error as Error).message}`);
  }
}

function calculateAll(values: Values, calculations: readonly Calculation[], message: Message): boolean {
  let isComplete = true;
  for (const { as, compute } of calculations) {
    try {
      values[as] = compute(scopeOf(message, values));
    } catch {
      isComplete = false;
    }
  }
  return isComplete;
}
