import type { Flow, FlowEdge } from "../../../engine/model/flow.ts";
import { type Change, connect, remove } from "./changes.ts";

/** Takes out nodes and joins what led to them with what they led to, as far as `mayJoin` lets it. */
export function removeAndReconnect(
  ids: readonly string[],
  mayJoin: (flow: Flow, edge: FlowEdge) => boolean,
): Change {
  return (flow) => ids.reduce((now, id) => takeOut(now, id, mayJoin), flow);
}

function takeOut(flow: Flow, id: string, mayJoin: (flow: Flow, edge: FlowEdge) => boolean): Flow {
  const into = flow.edges.filter(({ to }) => to === id);
  const onward = new Set(flow.edges.filter(({ from }) => from === id).map(({ to }) => to));
  let next = remove({ nodes: [id] })(flow);
  for (const { id: _, ...edge } of into)
    for (const to of onward) if (mayJoin(next, { ...edge, to })) next = connect({ ...edge, to })(next);
  return next;
}
