import type { Message } from "../model/message.ts";
import { fieldTypeOf } from "../model/payload.ts";
import type { Values } from "../model/value.ts";
import { compileExpression } from "../rules/expression.ts";
import { enrichExamples } from "./enrich-examples.ts";
import { type EnrichConfig, enrichConfig } from "./enrich-settings.ts";
import type { Added } from "./field-change.ts";
import { defineKind, type Given } from "./kind.ts";
import type { Lookups } from "./lookup.ts";
import { isNumber, storable } from "./number.ts";
import { scopeOf } from "./scope.ts";

/** Adds fields to a message. */
export const enrich = defineKind({
  kind: "enrich",
  version: 1,
  title: "Enrich",
  group: "Transform",
  icon: "tag",
  summary:
    "Adds attributes, constants, values from tables, previous values, changes and calculations to a message.",
  help: `Seven steps, in this order; each sees what the ones before it wrote:

1. **Attributes** copies attributes of the device, such as a limit set by its owner.
2. **Attributes of another device** copies attributes of the device whose name stands in an attribute of this one: the limit of
   a detector's *road*, the target of a door sensor's *fridge*.
3. **Constants** writes values that are the same for every message.
4. **Look up** copies values from a table, such as the limit of each sort of goods. The row is found by a field of the message;
   where it has no such field, by that attribute of the device; *device* stands for the device's name.
5. **Previous** writes the value that the field had in the device's last message that carried it.
6. **Delta** writes the value now minus that previous value.
7. **Calculate** writes the result of an expression: \`speed / 3.6\`, \`temperature > limit ? "warm" : "cold"\`,
   \`device.attributes.width * 2\`. It sees all fields, \`device\` (id, name, profile, attributes) and \`ts\` (ms).
   Numbers are decimal: \`7 / 2\` is 3.5. Beside CEL's own there are abs, ceil, exp, floor, ln, max, min, pow, round (also
   with a number of digits) and sqrt.

The message leaves by **missing**, with what could be written, when an attribute is absent or null, when there is no such other device
or no row for the key, when the cell is empty, when a field of *delta* is **missing**, **null**, **infinite** or no number now, or when an
expression fails because a field is missing, null or of the **wrong type**.

**Other devices.** The attribute holds the exact name of the device, and is one that the server wrote: what devices report about themselves
names nobody. Of up to 10 such attributes of a device the named devices are known here, each with its server and shared attributes, up to
16 KB. A change of one of them counts from the next message of this device on, as its own do. Behind a node that groups by something else
than the device, nothing is known of other devices.

**Tables.** A key is text, a number or true/false; 12 and "12" are the same, "012" is another one. A key that is **missing**, **null**, a
list or map, or **infinite** has no row. A table that is changed counts from then on for all flows that run, at one place in the order of
each device's messages. It has up to 10,000 rows and 1 MB.

The **first** message of a device has no previous value: those fields are not written, and the message leaves by **out**.
The same holds when the previous value was no number. An **infinite** value is not remembered.

*calculate* has more of this: rates, running sums, units, and values before by event time.`,
  outputs: [
    { name: "out", title: "Complete" },
    { name: "missing", title: "Something was missing" },
  ],
  config: enrichConfig,
  memory: ({ previous = [], delta = [] }) => previous.length + delta.length > 0 || undefined,
  fields({
    attributes = [],
    related = [],
    constants = [],
    lookup = [],
    previous = [],
    delta = [],
    calculate = [],
  }) {
    const adds: Added[] = [
      ...attributes.map(({ name, as = name }) => ({ name: as })),
      ...related.map(({ attribute, as = attribute }) => ({ name: as })),
      ...constants.map(({ as, value }) => ({ name: as, type: fieldTypeOf(value) })),
      ...lookup.map(({ table, column, as = column }) => ({ name: as, column: { table, name: column } })),
      ...previous.map(({ of, as }) => ({ name: as, like: of })),
      ...delta.map(({ of, as }) => ({ name: as, like: of, type: "number" as const })),
      ...calculate.map(({ as, expression }) => ({ name: as, expression })),
    ];
    return { out: [{ adds }], missing: [{ adds }] };
  },
  describe({
    attributes = [],
    related = [],
    constants = [],
    lookup = [],
    previous = [],
    delta = [],
    calculate = [],
  }) {
    return [
      ...attributes.map((it) => (it.as ? `${it.as} from ${it.name}` : it.name)),
      ...related.map(({ through, attribute, as }) =>
        as ? `${as} from ${attribute} of its ${through}` : `${attribute} of its ${through}`,
      ),
      ...constants.map((it) => `${it.as} is ${it.value}`),
      ...lookup.map(({ table, by, column, as = column }) => `${as} from ${table} by ${by}`),
      ...previous.map((it) => `${it.as} is the last ${it.of}`),
      ...delta.map((it) => `${it.as} is the change of ${it.of}`),
      ...calculate.map((it) => `${it.as} = ${it.expression}`),
    ].join("; ");
  },
  create(
    { attributes = [], related = [], constants = [], lookup = [], previous = [], delta = [], calculate = [] },
    { tables } = nothingGiven,
  ) {
    const calculations = calculate.map(compile);
    const remembers = previous.length + delta.length > 0;
    return {
      evaluate(message, state) {
        // A spread copy costs twenty times as much as soon as a field is added to it (V8 of Node 20).
        const values: Values = Object.assign({}, message.values);
        let isComplete = copyAttributes(values, attributes, message);
        if (!copyRelated(values, related, message)) isComplete = false;
        for (const { as, value } of constants) values[as] = value;
        if (!lookUp(values, lookup, tables, message)) isComplete = false;
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
  examples: enrichExamples,
});

type Calculation = ReturnType<typeof compile>;
const noValues: Values = {};
const nothingGiven: Given = { tables: new Map() };

function copyAttributes(
  values: Values,
  wanted: NonNullable<EnrichConfig["attributes"]>,
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

function copyRelated(
  values: Values,
  wanted: NonNullable<EnrichConfig["related"]>,
  { device }: Message,
): boolean {
  let isComplete = true;
  for (const { through, attribute, as = attribute } of wanted) {
    const value = device.related?.[through]?.attributes[attribute];
    if (value === undefined || value === null) isComplete = false;
    else values[as] = value;
  }
  return isComplete;
}

function lookUp(
  values: Values,
  wanted: NonNullable<EnrichConfig["lookup"]>,
  tables: Lookups,
  { device }: Message,
): boolean {
  let isComplete = true;
  for (const { table, by, column, as = column } of wanted) {
    const key = by === "device" ? device.name : (values[by] ?? device.attributes[by]);
    const value = tables.get(table)?.(key, column);
    if (value === undefined) isComplete = false;
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
