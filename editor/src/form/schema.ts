import * as z from "zod";
import { humanise } from "../ui/words.ts";

/** The part of JSON Schema that a form is made from. */
export interface Schema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  /** What the choices are called; without a name they are called by themselves. */
  choices?: Record<string, string>;
  examples?: unknown[];
  /** Which control to show where the type alone does not tell. */
  widget?: string;
  /** What a condition speaks of; left out: fields of the message. */
  names?: string;
  /** Shown only while these neighbours have one of these values. */
  shownFor?: Record<string, unknown[]>;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
}

export const schemaSchema: z.ZodType<Schema> = z.object({
  type: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  examples: z.array(z.unknown()).optional(),
  widget: z.string().optional(),
  names: z.string().optional(),
  shownFor: z.record(z.string(), z.array(z.unknown())).optional().catch(undefined),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.number().optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), schemaSchema).optional();
  },
  get items() {
    // JSON Schema also writes true and false here.
    return schemaSchema.optional().catch(undefined);
  },
  get anyOf() {
    return z.array(schemaSchema).optional();
  },
});

/** What a choice is called. Those that are words read as such; units and the like stay as they are written. */
export function choiceWords(choice: string, { choices, widget }: Schema): string {
  const isWord = widget === undefined && /^[a-z]{3,}[A-Za-z]*$/.test(choice);
  return choices?.[choice] ?? (isWord ? humanise(choice) : choice);
}

/** A value to begin with: what the schema says by itself, with required parts that have only one form. */
export function initialOf(schema: Schema): unknown {
  if (schema.default !== undefined) return undefined;
  if (schema.const !== undefined) return schema.const;
  if (schema.type !== "object" || !schema.properties) return undefined;
  const required = Object.entries(schema.properties).filter(([name]) => schema.required?.includes(name));
  const parts = required.map(([name, part]) => [name, startOf(part)]);
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined));
}

/** Lists begin with as many entries as they need, objects with their parts; the rest is for the person to fill in. */
function startOf(schema: Schema): unknown {
  if (schema.widget === undefined && schema.type === "array" && schema.items && (schema.minItems ?? 0) > 0)
    return [initialOf(schema.items) ?? ""];
  return schema.widget === undefined ? initialOf(schema) : undefined;
}

/** Whether a part of an object is to be shown beside its neighbours. */
export function isShown(
  schema: Schema,
  neighbours: Readonly<Record<string, unknown>>,
  whole: Schema,
): boolean {
  if (schema.const !== undefined) return false;
  return Object.entries(schema.shownFor ?? {}).every(([name, values]) => {
    const given = neighbours[name] ?? whole.properties?.[name]?.default;
    return values.includes(given);
  });
}

/** A copy in which the part of that name is set; undefined takes it out. */
export function withPart<T extends Record<string, unknown>>(parts: T, name: string, value: unknown): T {
  const { [name]: _, ...rest } = parts;
  if (value === undefined) return rest as T;
  // Keeps the order of names, so that a change reads as a change.
  if (name in parts) return { ...parts, [name]: value };
  return { ...rest, [name]: value } as unknown as T;
}

/** Texts at settings of that widget, anywhere in a node's settings. */
export function textsAt(schema: Schema | undefined, value: unknown, widget: string): string[] {
  if (!schema || value === undefined || value === null) return [];
  if (typeof value === "string") return schema.widget === widget && value !== "" ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((each) => textsAt(schema.items, each, widget));
  if (typeof value !== "object" || schema.widget !== undefined) return [];
  return Object.entries(value).flatMap(([name, part]) => textsAt(schema.properties?.[name], part, widget));
}
