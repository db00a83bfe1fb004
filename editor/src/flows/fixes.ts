import { namesOf } from "../../../engine/flow/condition-uses.ts";
import type { Flow, FlowEdge } from "../../../engine/model/flow.ts";
import type { Values } from "../../../engine/model/value.ts";
import { nearest } from "../../../engine/rules/nearest.ts";
import { alongFrom } from "../draft/along.ts";
import { type Change, configure, isSameEdge, remove } from "../draft/changes.ts";
import { replaceNamesIn } from "../draft/conditions.ts";
import { type Schema, withPart } from "../form/schema.ts";
import { t } from "../text/text.ts";
import type { Kinds } from "./kind-info.ts";
import { kindOf, nameIn, outputOf, outputsAt } from "./outputs.ts";
import type { FlowProblem } from "./problems.ts";

/** A way out of a problem: a change of the flow, a step to add, or a question to the person. */
export interface Fix {
  label: string;
  change?: Change;
  /** Name of the kind to add. */
  add?: string;
  ask?: { type: "connect-into"; node: string };
}

/** What the page can do by itself about a problem; undefined where only the person knows. */
export function fixOf(problem: FlowProblem, flow: Flow, kinds: Kinds): Fix | undefined {
  const { code, node, path } = problem;
  if (problem.edge) return edgeFix(problem, flow, kinds);
  if (code === "no_input") {
    const source = [...kinds.values()].find((kind) => kind.source);
    return source && { label: t("fix.add", { kind: source.title }), add: source.kind };
  }
  if (!node) return undefined;
  switch (code) {
    case "unknown_kind":
      return { label: t("fix.removeStep"), change: remove({ nodes: [node] }) };
    case "unreachable":
      return { label: t("fix.connect"), ask: { type: "connect-into", node } };
    case "cycle":
      return circleFix(flow, node);
    case "invalid_config":
      if (path?.endsWith(".condition")) return nameFix(problem, flow, node);
      return path === undefined ? undefined : settingFix(flow, kinds, node, path);
    default:
      return undefined;
  }
}

function edgeFix({ code, edge: name }: FlowProblem, flow: Flow, kinds: Kinds): Fix | undefined {
  const nameOf = ({ from, output, to }: FlowEdge) => `${from}${output ? `:${output}` : ""}>${to}`;
  const edge = flow.edges.find(
    (each) =>
      each.id === name ||
      nameOf(each) === name ||
      `${each.from}:${outputOf(each, flow, kinds)}>${each.to}` === name,
  );
  if (!edge) return undefined;
  const { from, to } = edge;
  if (code === "duplicate_edge") {
    const again = (each: FlowEdge, index: number) =>
      isSameEdge(each, edge) && flow.edges.findIndex((other) => isSameEdge(other, edge)) !== index;
    const once: Change = (now) => ({ ...now, edges: now.edges.filter((each, index) => !again(each, index)) });
    return { label: t("fix.once"), change: once };
  }
  const start = flow.nodes.find(({ id }) => id === from);
  const output = start && outputsAt(start, flow, kinds).find(({ missing }) => !missing);
  if (output && code === "missing_output") {
    const named: Change = (now) => ({
      ...now,
      edges: now.edges.map((each) => (isSameEdge(each, edge) ? { ...each, output: output.name } : each)),
    });
    return { label: t("fix.output", { output: output.title }), change: named };
  }
  return {
    label: t("fix.disconnect", { from: nameIn(flow, from), to: nameIn(flow, to) }),
    change: remove({ edges: [edge] }),
  };
}

/** Takes out the edge that leads back to where the circle begins. */
function circleFix(flow: Flow, node: string): Fix | undefined {
  const after = new Set(alongFrom(flow, [node], "after"));
  const back = flow.edges.find(({ from, to }) => to === node && after.has(from));
  if (!back) return undefined;
  const label = t("fix.disconnect", { from: nameIn(flow, back.from), to: nameIn(flow, back.to) });
  return { label, change: remove({ edges: [back] }) };
}

/** Puts the nearest name that the flow has in the place of one that it has not. */
function nameFix({ english }: FlowProblem, flow: Flow, id: string): Fix | undefined {
  const known = Object.keys(flow.conditions ?? {});
  const node = flow.nodes.find((each) => each.id === id);
  const wrong = (node ? namesOf(node) : []).find(
    (name) => !known.includes(name) && english.includes(`There is no condition "${name}"`),
  );
  const near = wrong === undefined ? undefined : nearest(wrong, known);
  if (!node || near === undefined) return undefined;
  const { config } = replaceNamesIn(node, (name) => ({ condition: name === wrong ? near : name }));
  return { label: t("fix.useCondition", { name: near }), change: configure(id, config, node.version) };
}

/** A setting that is not known, or need not be there, can be taken out. */
function settingFix(flow: Flow, kinds: Kinds, id: string, path: string): Fix | undefined {
  const node = flow.nodes.find((each) => each.id === id);
  const schema = node && kindOf(node, kinds).config;
  if (!node || !schema) return undefined;
  const parts = path.split(".");
  const name = parts.pop()!;
  if (name.includes("[")) return undefined;
  const around = parts.reduce<Schema | undefined>((at, part) => inside(at, part), schema);
  if (around?.required?.includes(name)) return undefined;
  const known = around?.properties?.[name];
  const config = without(node.config, [...parts, name]) as Values;
  if (config === node.config) return undefined;
  const label = t(known?.default === undefined ? "fix.takeOut" : "fix.standard", {
    name: known?.title ?? name,
  });
  return { label, change: configure(id, config, node.version) };
}

/** The schema of a part such as "values" or "values[0]". */
function inside(schema: Schema | undefined, part: string): Schema | undefined {
  const [name, ...indices] = part.split("[");
  return indices.reduce<Schema | undefined>((at) => at?.items, schema?.properties?.[name!]);
}

/** A copy of a value without what stands at the end of the path; the same value where there is nothing. */
function without(value: unknown, [part, ...rest]: readonly string[]): unknown {
  if (typeof value !== "object" || value === null || part === undefined) return value;
  const [name, ...indices] = part.split(/[[\]]+/).filter(Boolean);
  const given = (value as Values)[name!];
  if (given === undefined) return value;
  if (rest.length === 0) return withPart(value as Values, name!, undefined);
  const [index] = indices;
  if (index === undefined) return { ...value, [name!]: without(given, rest) };
  if (!Array.isArray(given)) return value;
  return { ...value, [name!]: given.map((each, at) => (String(at) === index ? without(each, rest) : each)) };
}
