import type { Flow } from "../model/flow.ts";
import type { FieldType } from "../model/payload.ts";
import type { Profile } from "../model/profile.ts";
import type { Added, FieldChange, FieldChanges } from "../nodes/field-change.ts";
import { type Kind, outputsOf, presentConfig } from "../nodes/kind.ts";
import { kindByName } from "../nodes/kinds.ts";
import { inspectExpression } from "../rules/expression.ts";
import type { Surroundings } from "./surroundings.ts";

export interface Field {
  type?: FieldType | undefined;
  unit?: string | undefined;
}

/** The fields that messages have at some place of a flow, as far as profiles tell. */
export interface Fields {
  byName: ReadonlyMap<string, Field>;
  /**
   * `closed`: there are no others; `open`: devices may send others; `none`: a profile without payload schema, or what
   * another flow hands over, is among it, so that nothing can be said.
   */
  claim: "none" | "open" | "closed";
}

/** What tells of fields beside the flow itself. */
type Told = { profiles: readonly Profile[] } & Pick<Surroundings, "tables">;

const nothing: Fields = { byName: new Map(), claim: "none" };
const strength = { none: 0, open: 1, closed: 2 } as const;

/** The fields that come to each node, by its id. Nodes in circles, and those that nothing reaches, are left out. */
export function inferFields(
  flow: Flow,
  profiles: readonly Profile[],
  tables?: Surroundings["tables"],
): Map<string, Fields> {
  const incoming = new Map<string, Fields>();
  const nodes = new Map(flow.nodes.map((node) => [node.id, node]));
  const waiting = new Map<string, number>([...nodes.keys()].map((id) => [id, 0]));
  const leavingFrom = new Map<string, Flow["edges"]>();
  for (const edge of flow.edges) {
    if (!nodes.has(edge.from) || !waiting.has(edge.to)) continue;
    waiting.set(edge.to, waiting.get(edge.to)! + 1);
    leavingFrom.set(edge.from, [...(leavingFrom.get(edge.from) ?? []), edge]);
  }
  const ready = [...waiting].filter(([, count]) => count === 0).map(([id]) => id);
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    const node = nodes.get(id)!;
    const kind = kindByName(node.kind);
    const leaving = leavingBy(kind, node, incoming.get(id) ?? nothing, { profiles, tables });
    for (const edge of leavingFrom.get(id) ?? []) {
      const fields = leaving(edge.output);
      const known = incoming.get(edge.to);
      incoming.set(edge.to, known ? merge([known, fields]) : fields);
      waiting.set(edge.to, waiting.get(edge.to)! - 1);
      if (waiting.get(edge.to) === 0) ready.push(edge.to);
    }
  }
  for (const [id, count] of waiting) if (count > 0) incoming.delete(id);
  return incoming;
}

/** A node's settings as they are parsed; undefined while they are wrong. */
export function soundConfig(kind: Kind, node: Flow["nodes"][number]): unknown {
  try {
    const parsed = kind.config.safeParse(presentConfig(kind, node));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** The fields of messages that leave by an output of the node; nothing is claimed while its settings are wrong. */
export function leavingBy(
  kind: Kind | undefined,
  node: Flow["nodes"][number],
  fields: Fields,
  told: Told,
): (output: string | undefined) => Fields {
  const config = kind && soundConfig(kind, node);
  if (config === undefined) return () => nothing;
  const seen = seenBy(kind!, config, fields);
  const changes: FieldChanges = kind!.fields?.(config) ?? {};
  const [first] = outputsOf(kind!, config);
  return (output = first?.name ?? "") =>
    (changes[output] ?? []).reduce((before, change) => changed(before, change, told), seen);
}

/** The fields as the node sees them: one that groups by something else than the device finds it written into messages. */
export function seenBy(kind: Kind, config: unknown, fields: Fields): Fields {
  const by = kind.groupsBy?.(config) ?? "device";
  return by === "device" ? fields : changed(fields, { adds: [{ name: by, like: by }] });
}

/** What the settings of a node may name beside the fields that come to it: those that its own steps write. */
export function ownFields(
  kind: Kind,
  config: unknown,
  fields: Fields,
  tables?: Surroundings["tables"],
): ReadonlyMap<string, Field> {
  const written = new Map<string, Field>();
  for (const change of Object.values(kind.fields?.(config) ?? {}).flat()) {
    if ("adds" in change) {
      const { byName } = changed(fields, change, { profiles: [], tables });
      for (const { name } of change.adds) written.set(name, byName.get(name)!);
    }
    if ("renames" in change) for (const { as } of change.renames) written.set(as, {});
  }
  return written;
}

/** The fields after one change. */
function changed({ byName, claim }: Fields, change: FieldChange, told: Told = { profiles: [] }): Fields {
  if ("payloadOf" in change) return payloads(change.payloadOf, told.profiles);
  if ("unknown" in change) return nothing;
  const next = new Map("replaces" in change ? [] : byName);
  if ("adds" in change || "replaces" in change) {
    // What an expression reads may have been written just before.
    const seen = new Map(byName);
    for (const { name, type, unit, like, column, expression } of "adds" in change
      ? change.adds
      : change.replaces) {
      const model = like === undefined ? undefined : seen.get(like);
      const given = expression && inspectExpression(expression, (name) => seen.get(name)?.type)?.type;
      const field = {
        type: type ?? model?.type ?? columnType(column, told) ?? (given || undefined),
        unit: unit ?? model?.unit,
      };
      seen.set(name, field);
      next.set(name, field);
    }
    // Whatever came in: these are all that leave.
    return { byName: next, claim: "replaces" in change && claim === "open" ? "closed" : claim };
  }
  if ("renames" in change)
    for (const { of, as } of change.renames) {
      const field = byName.get(of);
      next.delete(of);
      next.set(as, field ?? {});
    }
  else if ("removes" in change) for (const name of change.removes) next.delete(name);
  else {
    const kept = change.keeps.map((name) => [name, byName.get(name) ?? {}] as const);
    return { byName: new Map(kept), claim: claim === "open" ? "closed" : claim };
  }
  return { byName: next, claim };
}

function columnType(column: Added["column"], { tables }: Told): FieldType | undefined {
  const table = column && tables && Object.hasOwn(tables, column.table) ? tables[column.table] : undefined;
  return table?.columns.find(({ name }) => name === column!.name)?.type;
}

function payloads(names: readonly string[], profiles: readonly Profile[]): Fields {
  const taken = names.length > 0 ? profiles.filter(({ name }) => names.includes(name)) : profiles;
  if (taken.length === 0 || taken.length < names.length) return nothing;
  return merge(
    taken.map(({ payload }): Fields => {
      if (!payload) return nothing;
      const byName = new Map<string, Field>(
        payload.fields.map(({ name, type, unit }) => [name, { type, unit }]),
      );
      return { byName, claim: payload.open ? "open" : "closed" };
    }),
  );
}

/** What may come by either way. Where they differ in type or unit, neither is known. */
function merge(all: readonly Fields[]): Fields {
  const byName = new Map<string, Field>();
  let { claim } = all[0]!;
  for (const fields of all) {
    if (strength[fields.claim] < strength[claim]) claim = fields.claim;
    for (const [name, field] of fields.byName) {
      const known = byName.get(name);
      byName.set(
        name,
        known
          ? {
              type: known.type === field.type ? field.type : undefined,
              unit: known.unit === field.unit ? field.unit : undefined,
            }
          : field,
      );
    }
  }
  return { byName, claim };
}
