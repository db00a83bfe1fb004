import { applyNodeChanges, type EdgeChange, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Place } from "../draft/changes.ts";
import { move } from "./editing.ts";
import { useEditing } from "./editing-context.ts";
import { graphOf, type KindNode, type RateEdge } from "./graph.ts";
import { useFlow } from "./open-flow.ts";
import { placesOf } from "./places.ts";
import { stage, useStage } from "./stage.ts";

/** The drawn nodes and edges. While they are dragged only the drawing moves; letting go is one change of the flow. */
export function useGraph() {
  const { open, kinds } = useEditing();
  const flow = useFlow(open);
  const selected = useStage((state) => state.selected);
  const selectedEdges = useStage((state) => state.edges);
  const graph = useMemo(
    () => graphOf(flow, kinds, placesOf(flow, open.opened, open.first)),
    [flow, kinds, open],
  );
  const [nodes, setNodes] = useState(graph.nodes);
  const isDragging = useRef(false);

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
    (changes: NodeChange<KindNode>[]) => {
      const placed: Record<string, Place> = {};
      const chosen = new Map<string, boolean>();
      for (const change of changes) {
        if (change.type === "select") chosen.set(change.id, change.selected);
        if (change.type !== "position") continue;
        if (change.dragging) isDragging.current = true;
        else if (change.position) placed[change.id] = change.position;
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
      move(open, placed, isDragging.current ? "" : `arrows:${Object.keys(placed)}`);
      isDragging.current = false;
    },
    [open],
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

/** The node as it is to be drawn now; the same object where nothing changed. */
function redrawn(before: KindNode | undefined, node: KindNode, selected: boolean): KindNode {
  if (!before) return { ...node, selected };
  const stays = before.position.x === node.position.x && before.position.y === node.position.y;
  if (stays && before.data === node.data && Boolean(before.selected) === selected) return before;
  return { ...before, ...node, selected };
}
