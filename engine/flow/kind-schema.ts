import * as z from "zod";
import type { FieldType } from "../model/payload.ts";
import type { Kind } from "../nodes/kind.ts";

/** The part of JSON Schema that tells what the settings of a kind hold. */
export interface SettingSchema {
  title?: string;
  widget?: string;
  /** What a condition names where it is not only fields of the message that arrives. */
  names?: string;
  writes?: boolean;
  needs?: FieldType;
  /** The need counts where the neighbours have one of these values. */
  needsFor?: Record<string, unknown[]>;
  /** The neighbour whose unit this is. */
  unitOf?: string;
  items?: SettingSchema;
  properties?: Record<string, SettingSchema>;
}

const schemas = new WeakMap<Kind, SettingSchema>();

/** The settings of a kind as JSON Schema. */
export function schemaOf(kind: Kind): SettingSchema {
  let schema = schemas.get(kind);
  if (!schema) {
    schema = z.toJSONSchema(kind.config, { io: "input", unrepresentable: "any" }) as SettingSchema;
    schemas.set(kind, schema);
  }
  return schema;
}
