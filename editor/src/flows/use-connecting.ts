import type {
  Connection,
  FinalConnectionState,
  IsValidConnection,
  OnConnectStartParams,
  OnReconnect,
} from "@xyflow/react";
import { useMemo, useRef } from "react";
import type { FlowEdge } from "../../../engine/model/flow.ts";
import { reconnect, remove } from "../draft/changes.ts";
import { refusal } from "../draft/refuse.ts";
import { t } from "../text/text.ts";
import { join } from "./editing.ts";
import { type Editing, useEditing } from "./editing-context.ts";
import type { RateEdge } from "./graph.ts";
import { outputOf } from "./outputs.ts";
import { openDialog, say, view } from "./stage.ts";

const edgeOf = ({ source, sourceHandle, target }: Connection): FlowEdge => ({
  from: source,
  ...(sourceHandle && { output: sourceHandle }),
  to: target,
});

/** Where click and click began, and whether the second click joined. */
interface Clicks {
  from?: OnConnectStartParams;
  isJoined?: boolean;
}

/** What React Flow asks and tells while a wire is drawn. A wire may end anywhere on a node; on free canvas it asks for a step. */
export function useConnecting() {
  const editing = useEditing();
  // Outlives the kinds, which are read again when the server is back.
  const clicks = useRef<Clicks>({}).current;
  return useMemo(() => connecting(editing, clicks), [editing, clicks]);
}

function connecting({ open, kinds }: Editing, clicks: Clicks) {
  const isValidConnection: IsValidConnection<RateEdge> = (wire) => {
    const edge = edgeOf({ ...wire, sourceHandle: wire.sourceHandle ?? null, targetHandle: null });
    return refusal(open.document.flow(), kinds, edge) === undefined;
  };

  function onConnectEnd(event: globalThis.MouseEvent | TouchEvent, state: FinalConnectionState) {
    const { fromHandle, isValid } = state;
    if (!fromHandle || isValid) return;
    const { clientX: x, clientY: y } = "changedTouches" in event ? event.changedTouches[0]! : event;
    const under = document.elementFromPoint(x, y);
    const over = state.toNode?.id ?? under?.closest(".react-flow__node")?.getAttribute("data-id");
    const forth = fromHandle.type === "source";
    const from = { node: fromHandle.nodeId, output: fromHandle.id ?? undefined };
    if (over === fromHandle.nodeId) return;
    if (over) {
      const flow = open.document.flow();
      const start = forth ? from : { node: over, output: undefined };
      const to = forth ? over : fromHandle.nodeId;
      const output = start.output ?? outputOf({ from: start.node, to }, flow, kinds);
      join(open, kinds, { from: start.node, output, to });
      return;
    }
    if (!under?.closest(".react-flow__pane") || !view.current) return;
    const at = view.current.screenToFlowPosition({ x: forth ? x : x - 216, y: y - 26 });
    const spot = forth ? { at, after: from } : { at, before: fromHandle.nodeId };
    openDialog({ type: "add", spot, x: x + 8, y: y - 24 });
  }

  function onClickConnectStart(_: unknown, from: OnConnectStartParams) {
    Object.assign(clicks, { from, isJoined: false });
  }

  /** The second click. What it may not join it says. */
  function onClickConnectEnd(event: globalThis.MouseEvent | TouchEvent) {
    const handle = (event.target as Element).closest<HTMLElement>(".react-flow__handle");
    const node = handle?.dataset.nodeid;
    const { from, isJoined } = clicks;
    if (isJoined || !node || !from?.nodeId || node === from.nodeId) return;
    const there = { node, output: handle?.dataset.handleid ?? undefined };
    const here = { node: from.nodeId, output: from.handleId ?? undefined };
    const [start, end] = from.handleType === "source" ? [here, there] : [there, here];
    const edge = { from: start.node, output: start.output, to: end.node };
    const isOpposite = handle.classList.contains(from.handleType === "source" ? "target" : "source");
    const why = refusal(open.document.flow(), kinds, edge);
    if (why) say(why, { bad: true });
    // React Flow looks for a handle below the pointer, where something else may be while the canvas moves.
    else if (isOpposite && join(open, kinds, edge)) say(t("say.connected"));
  }

  const onReconnect: OnReconnect<RateEdge> = (old, wire) => {
    const before = old.data?.edge;
    const after = edgeOf(wire);
    if (!before) return;
    const without = remove({ edges: [before] })(open.document.flow());
    const why = refusal(without, kinds, after);
    if (why) say(why, { bad: true });
    else open.document.apply(reconnect(before, after));
  };

  return {
    isValidConnection,
    onConnect: (wire: Connection) => {
      clicks.isJoined = join(open, kinds, edgeOf(wire));
      if (clicks.isJoined) say(t("say.connected"));
    },
    onConnectEnd,
    onClickConnectStart,
    onClickConnectEnd,
    onReconnect,
    reconnectRadius: 14,
    // A hand shakes at a click. Where a wire began with that, the canvas would move away below a handle at its edge.
    connectionDragThreshold: 4,
  };
}
