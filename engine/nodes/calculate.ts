import * as z from "zod";
import type { Message } from "../model/message.ts";
import type { Values } from "../model/value.ts";
import { durationBetween, parseDuration } from "../rules/duration.ts";
import { compileExpression, maxExpressionLength } from "../rules/expression.ts";
import { calculateExamples } from "./calculate-examples.ts";
import { distinct, fieldName, needsNumber, writes } from "./field.ts";
import type { Added } from "./field-change.ts";
import { defineKind } from "./kind.ts";
import { isNumber } from "./number.ts";
import { scopeOf } from "./scope.ts";
import { follow, rateUnits, type Trail } from "./trend.ts";
import { converter, unitNames, unitsLike } from "./units.ts";

const of = fieldName.meta({ title: "Field", description: "Field of the message" });
const as = fieldName.meta({ title: "As", description: "Field to write", ...writes });
const ofNumber = of.meta(needsNumber);
const counter = z.boolean().default(false).meta({
  title: "Counter",
  description: "The field only counts up: where it falls, the device began again at 0",
});
const unit = z.enum(unitNames);
const per = z.enum(Object.keys(rateUnits) as [keyof typeof rateUnits]).default("s");

const convertSchema = z
  .strictObject({
    of: ofNumber,
    from: unit.meta({ title: "From", description: "Unit of the field", widget: "unit", unitOf: "of" }),
    to: unit.meta({ title: "To", description: "Unit to write it in", widget: "unit" }),
    as: fieldName.optional().meta({ title: "As", description: "Left out: the same field", ...writes }),
  })
  .superRefine(({ from, to }, context) => {
    if (!converter(from, to))
      context.addIssue({
        code: "custom",
        path: ["to"],
        message: `cannot be made of ${from}; choose one of ${unitsLike(from).join(", ")}`,
      });
  });

const list = <T extends z.ZodType<{ as?: string; of?: string }>>(item: T) =>
  z
    .array(item)
    .max(50)
    .superRefine(distinct((it) => it.as ?? it.of ?? "", "as"))
    .default([]);

const configSchema = z
  .strictObject({
    convert: list(convertSchema).meta({ title: "Units", description: "Turns a field into another unit" }),
    previous: list(
      z.strictObject({
        of,
        as,
        ago: durationBetween("1s", "31d").optional().meta({
          title: "Ago",
          description: "The value so long before; left out: the one before this",
          widget: "duration",
        }),
      }),
    ).meta({
      title: "Previous values",
      description: "The value before this one, or of an hour ago",
    }),
    delta: list(z.strictObject({ of: ofNumber, as, counter })).meta({
      title: "Changes",
      description: "Value now minus the value before",
    }),
    rate: list(
      z.strictObject({
        of: ofNumber,
        as,
        per: per.meta({ title: "Per", description: "Unit of time" }),
        counter,
      }),
    ).meta({ title: "Rates", description: "Change by time, such as litres per minute of a meter" }),
    sum: list(z.strictObject({ of: ofNumber, as })).meta({
      title: "Running sums",
      description: "Sum of the field over all messages of the device so far",
    }),
    calculate: list(
      z.strictObject({
        as,
        expression: z
          .string()
          .min(1, "must not be empty; write an expression such as speed * 3.6")
          .max(maxExpressionLength)
          .meta({ title: "Expression", description: "CEL, such as speed * 3.6", widget: "expression" }),
      }),
    ).meta({ title: "Calculations", description: "Fields calculated from others" }),
    rename: list(z.strictObject({ of, as })).meta({
      title: "Rename",
      description: "Gives fields other names",
    }),
    keep: z.array(fieldName).max(200).default([]).meta({
      title: "Keep",
      description: "Only these fields go on; none chosen: all do",
    }),
    remove: z
      .array(fieldName)
      .max(200)
      .default([])
      .meta({ title: "Remove", description: "Fields to leave out" }),
  })
  .refine(
    (it) => Object.values(it).some((each) => each.length > 0),
    "does nothing yet; add a unit, a change, a rate, a sum, a calculation or a field to rename, keep or remove",
  );

/** Calculates fields of a message. */
export const calculate = defineKind({
  kind: "calculate",
  version: 1,
  title: "Calculate",
  group: "Transform",
  icon: "calculator",
  summary:
    "Calculates fields: units, changes, rates, running sums and expressions; renames and removes fields.",
  help: `The steps run in this order, and each sees what the ones before it wrote:

1. **Units** turns a field into another unit: °C to °F, km/h to m/s, bar to psi, l/s to m³/h, kWh to MJ and so on.
2. **Previous**, **changes** and **rates** look at the device's last value of a field. A rate is the change divided by the time
   between the two, per second, minute or hour. Mark a **counter**, such as a water meter, and a fall of its value counts as
   a new start at 0.
3. **Running sums** add up a field over all messages.
4. **Calculations** are expressions in CEL: \`speed / 3.6\`, \`temperature > limit ? "warm" : "cold"\`. They see all fields,
   \`device\` (id, name, profile, attributes) and \`ts\` (ms).
5. **Rename**, then **keep**, then **remove**.

**When something fails**, the message leaves by **failed** as it came, with a sentence in the field \`failure\`, and nothing is
remembered of it. It fails when a field for a unit, change, rate or sum is **missing**, **null**, **wrong-typed** or **infinite**,
and when an expression fails or gives no finite number. A missing field to rename, keep or remove is passed over.

- The **first** message of a device has no previous value, change or rate: those fields are not written.
- A message that is **older** than the newest one, or of the same time, gets none either and is not remembered, but counts
  in running sums.
- A result beyond all numbers stays at the largest one. Conversions are exact to 12 digits.

- A previous value of so long **ago** is the newest one at or before that time. Where that is more than twice as long ago, or there
  is none yet, the field is not written. Of values that come closer together than a 240th of the time, the first is remembered.

The node remembers one value for each field it looks back at (241 where it looks back over a time) and one number for each sum. *enrich* copies attributes of
the device.`,
  outputs: [
    { name: "out", title: "Calculated" },
    { name: "failed", title: "Failed" },
  ],
  config: configSchema,
  memory: ({ previous, delta, rate, sum }) =>
    previous.length + delta.length + rate.length + sum.length > 0 || undefined,
  fields({ convert, previous, delta, rate, sum, calculate, rename, keep, remove }) {
    const adds: Added[] = [
      ...convert.map(({ of, as = of, to }) => ({ name: as, type: "number" as const, unit: to })),
      ...previous.map(({ of, as }) => ({ name: as, like: of })),
      ...[...delta, ...sum].map(({ of, as }) => ({ name: as, like: of, type: "number" as const })),
      ...rate.map(({ as }) => ({ name: as, type: "number" as const })),
      ...calculate.map(({ as, expression }) => ({ name: as, expression })),
    ];
    const keeps = keep.length > 0 ? [{ keeps: keep }] : [];
    return {
      out: [{ adds }, { renames: rename }, ...keeps, { removes: remove }],
      failed: [{ adds: [{ name: "failure", type: "text" }] }],
    };
  },
  describe({ convert, previous, delta, rate, sum, calculate, rename, keep, remove }) {
    return [
      ...convert.map((it) => `${it.as ?? it.of} in ${it.to}`),
      ...previous.map((it) =>
        it.ago ? `${it.as} is ${it.of} of ${it.ago} ago` : `${it.as} is the last ${it.of}`,
      ),
      ...delta.map((it) => `${it.as} is the change of ${it.of}`),
      ...rate.map((it) => `${it.as} is ${it.of} per ${it.per}`),
      ...sum.map((it) => `${it.as} sums ${it.of}`),
      ...calculate.map((it) => `${it.as} = ${it.expression}`),
      ...rename.map((it) => `${it.of} becomes ${it.as}`),
      ...(keep.length > 0 ? [`keeps ${keep.join(", ")}`] : []),
      ...(remove.length > 0 ? [`removes ${remove.join(", ")}`] : []),
    ].join("; ");
  },
  create(config) {
    const { previous, delta, rate, sum } = config;
    const conversions = config.convert.map(({ of, from, to, as = of }) => ({
      of,
      as,
      convert: converter(from, to)!,
    }));
    const calculations = config.calculate.map(compile);
    const trends = {
      ...config,
      previous: previous.filter(({ ago }) => ago === undefined),
      earlier: previous.flatMap(({ of, as, ago }) => (ago ? [{ of, as, agoMs: parseDuration(ago) }] : [])),
    };
    const looksBack = previous.length + delta.length + rate.length + sum.length > 0;
    const shape = shaper(config);
    return {
      evaluate(message, state) {
        const { id, device, type, ts, arrivedAt } = message;
        const values: Values = Object.assign({}, message.values);
        let trail: Trail | undefined;
        try {
          for (const { of, as, convert } of conversions) values[as] = finite(of, values[of], convert);
          if (looksBack) trail = follow(trends, state as Trail | undefined, message, values);
          for (const { as, compute } of calculations) values[as] = compute(scopeOf(message, values));
        } catch (error) {
          const failed = Object.assign({}, message.values, { failure: (error as Error).message });
          const out = [["failed", { id, device, type, ts, arrivedAt, values: failed }]] as const;
          // What was looked back at is remembered all the same: an expression may fail only until there is something.
          return trail ? { out, state: trail } : { out };
        }
        const out: readonly (readonly [string, Message])[] = [
          ["out", { id, device, type, ts, arrivedAt, values: shape(values) }],
        ];
        return trail ? { out, state: trail } : { out };
      },
    };
  },
  examples: calculateExamples,
});

function compile({ as, expression }: { as: string; expression: string }) {
  try {
    return { as, compute: compileExpression(expression) };
  } catch (error) {
    throw new Error(`Calculation "${as}": ${(error as Error).message}`);
  }
}

function finite(of: string, value: Values[string] | undefined, convert: (value: number) => number): number {
  const converted = isNumber(value) ? convert(value) : Number.NaN;
  if (Number.isFinite(converted)) return converted;
  throw new Error(`The field "${of}" holds no number that can be turned into another unit.`);
}

/** Renames, keeps and removes. */
function shaper({ rename, keep, remove }: z.infer<typeof configSchema>): (values: Values) => Values {
  if (rename.length + keep.length + remove.length === 0) return (values) => values;
  const renamed = new Map(rename.map(({ of, as }) => [of, as]));
  const written = new Set(rename.map(({ as }) => as));
  const kept = keep.length > 0 ? new Set(keep) : undefined;
  const removed = new Set(remove);
  return (values) => {
    const shaped: Values = {};
    const put = (name: string, value: Values[string]) => {
      if ((!kept || kept.has(name)) && !removed.has(name)) shaped[name] = value;
    };
    for (const name in values) if (!renamed.has(name) && !written.has(name)) put(name, values[name]!);
    for (const [of, as] of renamed) {
      if (values[of] !== undefined) put(as, values[of]);
      else if (values[as] !== undefined) put(as, values[as]);
    }
    return shaped;
  };
}
