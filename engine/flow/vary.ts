import type { Flow } from "../model/flow.ts";
import type { Value, Values } from "../model/value.ts";

/** Where a number stands among a node's settings, or in a named condition: names, and places in lists from 0. */
export type Place = ({ node: string } | { condition: string }) & { path: readonly (string | number)[] };

/** The flow with another number at that place; undefined where there is none. */
export function varied(flow: Flow, place: Place, value: number): Flow | undefined {
  if (typeof numberAt(flow, place) !== "number") return undefined;
  const { path } = place;
  if ("condition" in place) {
    const { condition: name } = place;
    const condition = put(flow.conditions![name]!, path, value) as Values;
    return { ...flow, conditions: { ...flow.conditions, [name]: condition } };
  }
  const nodes = flow.nodes.map((one) =>
    one.id === place.node
      ? { ...one, config: put(one.config as Value, path, value) as typeof one.config }
      : one,
  );
  return { ...flow, nodes };
}

/** The number that stands there now. */
export function numberAt(flow: Flow, place: Place): number | undefined {
  let at: unknown =
    "condition" in place
      ? new Map(Object.entries(flow.conditions ?? {})).get(place.condition)
      : flow.nodes.find(({ id }) => id === place.node)?.config;
  for (const step of place.path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return typeof at === "number" ? at : undefined;
}

function put(value: Value, [step, ...rest]: readonly (string | number)[], number: number): Value {
  if (step === undefined) return number;
  if (Array.isArray(value)) return value.map((one, i) => (i === Number(step) ? put(one, rest, number) : one));
  const object = value as Record<string, Value>;
  return { ...object, [step]: put(object[step]!, rest, number) };
}
