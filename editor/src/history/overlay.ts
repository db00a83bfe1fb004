import type { ChangeWords } from "../../../engine/flow/change-lines.ts";
import { compareFlows } from "../../../engine/flow/compare.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import type { Sign } from "../flows/editing-context.ts";
import type { Kinds } from "../flows/kind-info.ts";
import { outputOf } from "../flows/outputs.ts";

/** Two states of a flow in one drawing, and each in its own. */
export interface Overlay {
  /** What is there after, and what has gone, where it stood. */
  flow: Flow;
  /** Each by itself. What both have stands at one place. */
  sides: { before: Flow; after: Flow };
  /** By id of a node, and by `<from>:<output>><to>` of an edge. */
  signs: ReadonlyMap<string, Sign>;
  /** Of nodes with other settings: each setting, old and new. */
  said: ReadonlyMap<string, string>;
}

/** Lays `before` under `after`. Where things stand counts for nothing: all stands as it does after. */
export function overlay(before: Flow, after: Flow, kinds: Kinds, say: ChangeWords): Overlay {
  const keyIn = (flow: Flow) => (edge: Flow["edges"][number]) =>
    `${edge.from}:${outputOf(edge, flow, kinds)}>${edge.to}`;
  const changes = compareFlows(before, after, (edge, of) => outputOf(edge, of, kinds));
  const gone = changes.removed.map(({ id }) => id);
  const places = Object.fromEntries(
    gone.flatMap((id) => (before.layout[id] ? [[id, before.layout[id]]] : [])),
  );
  const ways = changes.disconnected.map((edge) => ({ ...edge, output: outputOf(edge, before, kinds) }));
  const named = new Map(
    changes.conditions.map(({ name, before: was, after: is }) => [
      name,
      say.setting(say.conditionTitle(name), say.condition(was), say.condition(is)),
    ]),
  );
  const layout = { ...places, ...after.layout };
  return {
    flow: {
      ...after,
      nodes: [...after.nodes, ...changes.removed],
      edges: [...after.edges, ...ways],
      layout,
    },
    sides: { before: { ...before, layout }, after },
    signs: new Map<string, Sign>([
      ...changes.added.map(({ id }) => [id, "added"] as const),
      ...gone.map((id) => [id, "removed"] as const),
      ...changes.changed.map(({ after: { id } }) => [id, "changed"] as const),
      ...changes.through.map(({ node: { id } }) => [id, "changed"] as const),
      ...changes.connected.map((edge) => [keyIn(after)(edge), "added"] as const),
      ...changes.disconnected.map((edge) => [keyIn(before)(edge), "removed"] as const),
    ]),
    said: new Map([
      ...changes.changed.map(
        ({ after: node, settings }) =>
          [
            node.id,
            settings
              .map(({ path, ...it }) =>
                say.setting(
                  say.title(node, path),
                  say.value(it.before, node, path),
                  say.value(it.after, node, path),
                ),
              )
              .join("; "),
          ] as const,
      ),
      ...changes.through.map(
        ({ node, names }) => [node.id, names.map((name) => named.get(name)).join("; ")] as const,
      ),
    ]),
  };
}
