import * as z from "zod";

/** What a field of a message may hold. */
export const fieldTypes = ["number", "text", "boolean", "list", "object"] as const;
export type FieldType = (typeof fieldTypes)[number];

const fieldSchema = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(256)
      .refine((name) => !(name in Object.prototype), "cannot be used as a name; choose another")
      .meta({ title: "Name" }),
    type: z.enum(fieldTypes).meta({ title: "Type" }),
    unit: z
      .string()
      .trim()
      .min(1)
      .max(32)
      .optional()
      .meta({ title: "Unit", examples: ["km/h", "°C"] }),
    minimum: z.number().optional().meta({ title: "Minimum" }),
    maximum: z.number().optional().meta({ title: "Maximum" }),
  })
  .superRefine(({ type, minimum, maximum }, context) => {
    const say = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (type !== "number" && minimum !== undefined) say("minimum", "goes with numbers only; take it out");
    if (type !== "number" && maximum !== undefined) say("maximum", "goes with numbers only; take it out");
    if (minimum !== undefined && maximum !== undefined && minimum > maximum)
      say("maximum", "is below the minimum; exchange the two");
  });
export type PayloadField = z.infer<typeof fieldSchema>;

/** What the telemetry of a profile's devices holds. */
export const payloadSchema = z.strictObject({
  fields: z
    .array(fieldSchema)
    .max(200)
    .superRefine((fields, context) => {
      const seen = new Set<string>();
      for (const [index, { name }] of fields.entries()) {
        if (seen.has(name))
          context.addIssue({ code: "custom", path: [index, "name"], message: `"${name}" is there twice` });
        seen.add(name);
      }
    })
    .meta({ title: "Fields" }),
  open: z.boolean().default(true).meta({ title: "Open", description: "Devices may send other fields, too" }),
  enforce: z.boolean().default(false).meta({
    title: "Enforce",
    description: "Messages that do not keep to it become dead letters",
  }),
});
export type Payload = z.infer<typeof payloadSchema>;

/** The type of a value of a message; undefined for null. */
export function fieldTypeOf(value: unknown): FieldType | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return "list";
  if (typeof value === "string") return "text";
  return typeof value as "number" | "boolean" | "object";
}

/** A type in a sentence: "a number". */
export const typeWords: Record<FieldType, string> = {
  number: "a number",
  text: "text",
  boolean: "true or false",
  list: "a list",
  object: "an object",
};
