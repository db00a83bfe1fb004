import type { Flow } from "../model/flow.ts";
import type { FieldType } from "../model/payload.ts";
import type { Kind } from "../nodes/kind.ts";
import { kindByName } from "../nodes/kinds.ts";
import { type Clause, type Condition, type FactReference, isReference } from "../rules/condition.ts";
import type { NamedConditions } from "../rules/named-conditions.ts";
import { type SettingSchema, schemaOf } from "./kind-schema.ts";
import { dotted } from "./sentence.ts";

/** A place in a node's settings that reads fields of the message; `by` is the name of the condition that it does so by. */
export type Read = { by?: string } & What;
type What =
  | { type: "field"; path: string; name: string; needs?: FieldType | undefined }
  /** Names no field, but a channel. */
  | { type: "channel"; path: string; name: string }
  | { type: "table"; path: string; name: string }
  /** Names no field, but a column of that table. */
  | { type: "column"; path: string; name: string; table: string }
  | { type: "unit"; path: string; name: string; unit: string }
  | { type: "expression"; path: string; text: string }
  | { type: "comparison"; path: string; fact: FactReference; operator: string; value: unknown };

type Path = readonly (string | number)[];

/** All that a node's settings read, as the schema of its kind tells. Conditions by their names read what `conditions` has. */
export function readsOf(kind: Kind, config: unknown, conditions?: NamedConditions): Read[] {
  const reads: Read[] = [];
  walk(schemaOf(kind), config, [], {}, { reads, conditions });
  return reads;
}

interface Found {
  reads: Read[];
  conditions: NamedConditions | undefined;
}

function walk(
  schema: SettingSchema,
  value: unknown,
  at: Path,
  beside: Record<string, unknown>,
  found: Found,
) {
  const { reads } = found;
  if (value === undefined || value === null || schema.writes) return;
  const path = dotted(at);
  switch (schema.widget) {
    case "condition":
      if (schema.names !== undefined) return;
      return comparisons(value as Condition, at, found);
    case "expression":
      return void reads.push({ type: "expression", path, text: String(value) });
    case "numberOrExpression":
    case "textOrExpression":
    case "durationOrExpression":
    case "params":
      return calculated(value, at, reads);
    case "channel":
      return void reads.push({ type: "channel", path, name: String(value) });
    case "table":
      return void reads.push({ type: "table", path, name: String(value) });
    case "column":
      return void reads.push({ type: "column", path, name: String(value), table: String(beside.table) });
    case "field": {
      const isNeeded = Object.entries(schema.needsFor ?? {}).every(([name, all]) =>
        all.includes(beside[name]),
      );
      const needs = isNeeded ? schema.needs : undefined;
      return void reads.push({ type: "field", path, name: String(value), needs });
    }
  }
  if (schema.unitOf && typeof beside[schema.unitOf] === "string")
    return void reads.push({ type: "unit", path, name: String(beside[schema.unitOf]), unit: String(value) });
  if (Array.isArray(value) && schema.items)
    for (const [index, item] of value.entries()) walk(schema.items, item, [...at, index], {}, found);
  else if (typeof value === "object" && schema.properties)
    for (const [name, part] of Object.entries(value))
      if (schema.properties[name])
        walk(schema.properties[name], part, [...at, name], value as Record<string, unknown>, found);
}

/** Texts that begin with "=", wherever they stand. */
function calculated(value: unknown, at: Path, reads: Read[]) {
  if (typeof value === "string" && value.startsWith("="))
    reads.push({ type: "expression", path: dotted(at), text: value.slice(1) });
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) calculated(item, [...at, index], reads);
  else if (typeof value === "object" && value !== null)
    for (const [name, part] of Object.entries(value)) calculated(part, [...at, name], reads);
}

function comparisons(clause: Clause, at: Path, found: Found) {
  if ("not" in clause) return comparisons(clause.not, [...at, "not"], found);
  if ("condition" in clause) return named(clause.condition, [...at, "condition"], found);
  for (const group of ["all", "any"] as const) {
    const inner = (clause as Partial<Record<string, Clause[]>>)[group];
    if (!inner) continue;
    for (const [index, item] of inner.entries()) comparisons(item, [...at, group, index], found);
    return;
  }
  if (!("fact" in clause)) return;
  const { reads } = found;
  const { fact, path, operator, value } = clause;
  const place = dotted(at);
  reads.push({ type: "field", path: `${place}.fact`, name: fact });
  if (isReference(value)) reads.push({ type: "field", path: `${place}.value.fact`, name: value.fact });
  reads.push({
    type: "comparison",
    path: place,
    fact: path === undefined ? { fact } : { fact, path },
    operator,
    value,
  });
}

/** What a condition by its name reads, as if it stood here: all of it at the place of the name. */
function named(name: string, at: Path, { reads, conditions }: Found) {
  const condition = conditions?.writtenOut(name);
  if (!condition) return;
  const inner: Read[] = [];
  comparisons(condition, [], { reads: inner, conditions });
  const path = dotted(at);
  for (const read of inner) reads.push({ ...read, path, by: name });
}

/** The channels that the settings of a flow name. */
export const channelsIn = (flow: Flow) => readsIn(flow, "channel");
/** The tables that the settings of a flow name. */
export const tablesIn = (flow: Flow) => readsIn(flow, "table");
/** The columns of tables that the settings of a flow name. */
export const columnsIn = (flow: Flow) => readsIn(flow, "column");

function readsIn<T extends Read["type"]>({ nodes }: Flow, type: T) {
  return nodes.flatMap((node) => {
    const kind = kindByName(node.kind);
    const reads = kind ? readsOf(kind, node.config) : [];
    const wanted = reads.filter((read): read is Extract<Read, { type: T }> => read.type === type);
    return wanted.map((read) => ({ ...read, node: node.id }));
  });
}
