import type { SettingSchema } from "./kind-schema.ts";

type Path = readonly (string | number)[];
type Part = Pick<SettingSchema, "widget"> & {
  items?: Part | undefined;
  properties?: Readonly<Record<string, Part>> | undefined;
};

/**
 * Settings with every condition in them as `change` gives it back, as the schema of their kind tells where conditions stand.
 * What does not change stays the same object.
 */
export function mapConditions<T>(
  schema: Part,
  config: T,
  change: (condition: unknown, at: Path) => unknown,
): T {
  return walk(schema, config, [], change) as T;
}

/** The conditions in a node's settings, each with its place. */
export function conditionsIn(schema: Part, config: unknown): { at: Path; condition: unknown }[] {
  const found: { at: Path; condition: unknown }[] = [];
  walk(schema, config, [], (condition, at) => {
    found.push({ at, condition });
    return condition;
  });
  return found;
}

function walk(schema: Part, value: unknown, at: Path, change: Parameters<typeof mapConditions>[2]): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (schema.widget === "condition") return change(value, at);
  if (Array.isArray(value)) {
    if (!schema.items) return value;
    const items = value.map((item, index) => walk(schema.items!, item, [...at, index], change));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  let changed: Record<string, unknown> | undefined;
  for (const [name, part] of Object.entries(schema.properties ?? {})) {
    if (!Object.hasOwn(value, name)) continue;
    const before = (value as Record<string, unknown>)[name];
    const after = walk(part, before, [...at, name], change);
    if (after !== before) changed = { ...(changed ?? value), [name]: after };
  }
  return changed ?? value;
}
