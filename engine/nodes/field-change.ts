import type { FieldType } from "../model/payload.ts";

/** A field that a node writes. */
export interface Added {
  name: string;
  /** Left out: that of `like`, else what `expression` gives, else not known. */
  type?: FieldType | undefined;
  /** Left out: that of `like`. */
  unit?: string | undefined;
  /** The field that it takes after. */
  like?: string | undefined;
  /** The column of a table that it is copied from. */
  column?: { table: string; name: string } | undefined;
  /** CEL that its value is calculated by. */
  expression?: string | undefined;
}

/** How a node changes the fields of messages, as data; several come one after the other. */
export type FieldChange =
  /** The fields of what devices of these profiles send; of an empty list: of all profiles. */
  | { payloadOf: readonly string[] }
  /** The message may hold anything. */
  | { unknown: true }
  | { adds: readonly Added[] }
  /** These fields and no others. */
  | { replaces: readonly Added[] }
  | { renames: readonly { of: string; as: string }[] }
  | { keeps: readonly string[] }
  | { removes: readonly string[] };

/** By output. Messages leave by an output that is not named with the fields they came with. */
export type FieldChanges = Readonly<Record<string, readonly FieldChange[]>>;
