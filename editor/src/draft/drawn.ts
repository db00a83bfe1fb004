import type { Flow } from "../../../engine/model/flow.ts";
import { type Group, groupsIn, type Place } from "../../../engine/model/layout.ts";
import { type Change, withoutMembers } from "./changes.ts";

/** "note:1", "note:2", ...: the first that is free. */
export function freeName(flow: Pick<Flow, "layout">, sort: "note" | "group"): string {
  for (let number = 1; ; number++) if (!(`${sort}:${number}` in flow.layout)) return `${sort}:${number}`;
}

export function addNote(name: string, { x, y }: Place, text = ""): Change {
  return draw(name, { x: Math.round(x), y: Math.round(y), text });
}

export function writeNote(name: string, text: string): Change {
  return (flow) => {
    const note = flow.layout[name];
    return note && "text" in note ? draw(name, { ...note, text })(flow) : flow;
  };
}

/** Puts a titled frame around nodes. A node is in one group at most, so it leaves the one it was in. */
export function groupNodes(name: string, title: string, nodes: readonly string[]): Change {
  return (flow) => {
    const known = flow.nodes.map(({ id }) => id).filter((id) => nodes.includes(id));
    return draw(name, { title, nodes: known })(leaveGroups(known)(flow));
  };
}

export function retitle(name: string, title: string): Change {
  return changeGroup(name, (group) => ({ ...group, title }));
}

/** Takes nodes into the group of that name. */
export function joinGroup(name: string, nodes: readonly string[]): Change {
  return (flow) => {
    const fresh = nodes.filter(
      (id) => groupOf(flow, id) !== name && flow.nodes.some((node) => node.id === id),
    );
    if (fresh.length === 0) return flow;
    const join = changeGroup(name, (group) => ({ ...group, nodes: [...group.nodes, ...fresh] }));
    return join(leaveGroups(fresh)(flow));
  };
}

/** Takes nodes out of the groups they are in, and takes frames away. What stood in a frame stays where it is. */
export function leaveGroups(ids: readonly string[]): Change {
  const gone = new Set(ids);
  return (flow) => {
    const groups = Object.fromEntries(groupsIn(flow.layout));
    const left = withoutMembers(groups, (id) => gone.has(id));
    const rest = Object.entries(flow.layout).filter(([id]) => !(id in groups));
    return { ...flow, layout: { ...Object.fromEntries(rest), ...left } };
  };
}

/** The name of the group that a node is in. */
export function groupOf(flow: Flow, node: string): string | undefined {
  return groupsIn(flow.layout).find(([, { nodes }]) => nodes.includes(node))?.[0];
}

/** The same ids, with the nodes of a group in place of the group. */
export function withMembers(flow: Flow, ids: readonly string[]): string[] {
  const groups = new Map(groupsIn(flow.layout));
  return [...new Set(ids.flatMap((id) => groups.get(id)?.nodes ?? [id]))];
}

function changeGroup(name: string, change: (group: Group) => Group): Change {
  return (flow) => {
    const group = flow.layout[name];
    return group && "title" in group ? draw(name, change(group))(flow) : flow;
  };
}

function draw(name: string, drawn: Flow["layout"][string]): Change {
  return (flow) => ({ ...flow, layout: { ...flow.layout, [name]: drawn } });
}
