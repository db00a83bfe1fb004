import { applyNodeChanges, type EdgeChange, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { isSame } from "../../../engine/flow/same.ts";
import type { Place } from "../../../engine/model/layout.ts";
import { moveInto } from "./arranging.ts";
import { useEditing } from "./editing-context.ts";
import { graphOf, type RateEdge, type StageNode } from "./graph.ts";
import { useFlow } from "./open-flow.ts";
import { placesOf } from "./places.ts";
import { stage, useStage } from "./stage.ts";

/** The drawn nodes and edges. While they are dragged only the drawing moves; letting go is one change of the flow. */
export function useGraph() {
  const editing = useEditing();
  const { open, kinds } = editing;
  const flow = useFlow(open);
  const selected = useStage((state) => state.selected);
  const selectedEdges = useStage((state) => state.edges);
  const graph = useMemo(
    () => graphOf(flow, kinds, placesOf(flow, open.opened, open.first)),
    [flow, kinds, open],
  );
  const [nodes, setNodes] = useState(graph.nodes);
  const isDragging = useRef(false);
  const drawnNow = useRef(nodes);
  useEffect(() => {
    drawnNow.current = nodes;
  }, [nodes]);

  useEffect(() => {
    const chosen = new Set(selected);
    setNodes((before) => {
      const drawn = new Map(before.map((node) => [node.id, node]));
      return graph.nodes.map((node) => redrawn(drawn.get(node.id), node, chosen.has(node.id)));
    });
  }, [graph, selected]);

  const edges = useMemo(
    () => graph.edges.map((edge) => (selectedEdges.includes(edge.id) ? { ...edge, selected: true } : edge)),
    [graph, selectedEdges],
  );

  const onNodesChange = useCallback(
    (told: NodeChange<StageNode>[]) => {
      const changes = withMembersMoved(told, drawnNow.current);
      const placed: Record<string, Place> = {};
      const chosen = new Map<string, boolean>();
      for (const change of changes) {
        if (change.type === "select") chosen.set(change.id, change.selected);
        if (change.type !== "position") continue;
        if (change.dragging) isDragging.current = true;
        else if (change.position && !change.id.startsWith("group:")) placed[change.id] = change.position;
      }
      setNodes((all) =>
        applyNodeChanges(
          changes.filter(({ type }) => type === "dimensions" || type === "position"),
          all,
        ),
      );
      if (chosen.size > 0) {
        const before = stage.getState().selected.filter((id) => chosen.get(id) !== false);
        const added = [...chosen].filter(([id, on]) => on && !before.includes(id)).map(([id]) => id);
        stage.setState({ selected: [...before, ...added] });
      }
      if (Object.keys(placed).length === 0) return;
      moveInto(editing, placed, isDragging.current ? "" : `arrows:${Object.keys(placed)}`);
      isDragging.current = false;
    },
    [editing],
  );

  const onEdgesChange = useCallback((changes: EdgeChange<RateEdge>[]) => {
    const chosen = new Map<string, boolean>();
    for (const change of changes) if (change.type === "select") chosen.set(change.id, change.selected);
    if (chosen.size === 0) return;
    const before = stage.getState().edges.filter((id) => chosen.get(id) !== false);
    const added = [...chosen].filter(([id, on]) => on && !before.includes(id)).map(([id]) => id);
    stage.setState({ edges: [...before, ...added] });
  }, []);

  return { nodes, edges, onNodesChange, onEdgesChange };
}

/** A frame that moves takes the nodes of its group along, save those that move by themselves already. */
function withMembersMoved(
  changes: NodeChange<StageNode>[],
  drawn: readonly StageNode[],
): NodeChange<StageNode>[] {
  const moving = new Set(changes.flatMap((change) => (change.type === "position" ? [change.id] : [])));
  const along = changes.flatMap((change) => {
    if (change.type !== "position" || !change.position || !change.id.startsWith("group:")) return [];
    const frame = drawn.find(({ id }) => id === change.id);
    if (frame?.type !== "frame") return [];
    const [dx, dy] = [change.position.x - frame.position.x, change.position.y - frame.position.y];
    return drawn
      .filter(({ id }) => frame.data.nodes.includes(id) && !moving.has(id))
      .map(
        ({ id, position }): NodeChange<StageNode> => ({
          id,
          type: "position",
          position: { x: position.x + dx, y: position.y + dy },
          dragging: change.dragging,
        }),
      );
  });
  return along.length > 0 ? [...changes, ...along] : changes;
}

/** The node as it is to be drawn now; the same object where nothing changed. */
function redrawn(before: StageNode | undefined, node: StageNode, selected: boolean): StageNode {
  if (!before) return { ...node, selected };
  const stays = before.position.x === node.position.x && before.position.y === node.position.y;
  const isSameSize = before.width === node.width && before.height === node.height;
  const isAsBefore = before.data === node.data || (node.type !== "kind" && isSame(before.data, node.data));
  if (stays && isSameSize && isAsBefore && Boolean(before.selected) === selected) return before;
  return { ...before, ...node, selected } as StageNode;
}
