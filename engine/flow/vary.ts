import type { Flow } from "../model/flow.ts";
import type { Value } from "../model/value.ts";

/** Where a number stands among a node's settings: names, and places in lists from 0. */
export interface Place {
  node: string;
  path: readonly (string | number)[];
}

/** The flow with another number at that place; undefined where there is none. */
export function varied(flow: Flow, { node, path }: Place, value: number): Flow | undefined {
  if (typeof numberAt(flow, { node, path }) !== "number") return undefined;
  const nodes = flow.nodes.map((one) =>
    one.id === node ? { ...one, config: put(one.config as Value, path, value) as typeof one.config } : one,
  );
  return { ...flow, nodes };
}

/** The number that stands there now. */
export function numberAt(flow: Flow, { node, path }: Place): number | undefined {
  let at: unknown = flow.nodes.find(({ id }) => id === node)?.config;
  for (const step of path) {
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
