import * as z from "zod";
import { identifier } from "../model/flow.ts";
import { maxExpressionLength } from "../rules/expression.ts";
import { distinct, fieldName, needsNumber, writes } from "./field.ts";

const of = fieldName.meta({ title: "Field", description: "Field of the message" });
const as = fieldName.meta({ title: "As", description: "Field to write", ...writes });

const attributeSchema = z.strictObject({
  name: fieldName.meta({ title: "Attribute", description: "Attribute of the device", widget: "attribute" }),
  as: fieldName
    .optional()
    .meta({ title: "As", description: "Field to write; left out: the attribute's name", ...writes }),
});
const relatedSchema = z.strictObject({
  through: fieldName.meta({
    title: "Through",
    description: "Attribute of the device that holds the name of the other device, such as road",
    widget: "attribute",
  }),
  attribute: fieldName.meta({
    title: "Attribute",
    description: "Attribute of the other device",
    widget: "attribute",
  }),
  as: fieldName
    .optional()
    .meta({ title: "As", description: "Field to write; left out: the attribute's name", ...writes }),
});
const lookupSchema = z.strictObject({
  table: identifier.meta({
    title: "Table",
    description: "Where to look; tables are made on their own page",
    widget: "table",
  }),
  by: fieldName.meta({
    title: "By",
    description:
      "Field, or attribute of the device, that holds the key of the row; device: the device's name",
    widget: "group",
  }),
  column: z
    .string()
    .min(1, "must not be empty; name a column of the table")
    .max(256)
    .meta({ title: "Column", description: "Column of the table to read", widget: "column" }),
  as: fieldName
    .optional()
    .meta({ title: "As", description: "Field to write; left out: the column's name", ...writes }),
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

export const enrichConfig = z
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
    related: z
      .array(relatedSchema)
      .max(50)
      .superRefine(distinct((it) => it.as ?? it.attribute, "as"))
      .optional()
      .meta({
        title: "Attributes of another device",
        description: "Copies attributes of the device that an attribute of this one names",
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
    lookup: z
      .array(lookupSchema)
      .max(50)
      .superRefine(distinct((it) => it.as ?? it.column, "as"))
      .optional()
      .meta({ title: "Look up", description: "Copies values from the row of a table" }),
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
      it.related?.length ||
      it.constants?.length ||
      it.lookup?.length ||
      it.previous?.length ||
      it.delta?.length ||
      it.calculate?.length,
    "adds nothing yet; add an attribute, a constant, a look-up, a previous value, a change or a calculation",
  );
export type EnrichConfig = z.infer<typeof enrichConfig>;
