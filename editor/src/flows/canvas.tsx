import { useComputedColorScheme } from "@mantine/core";
import {
  applyNodeChanges,
  Background,
  Controls,
  MiniMap,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
} from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Flow } from "../../../engine/model/flow.ts";
import classes from "./canvas.module.css";
import { fitting, useFit } from "./fit.ts";
import { graphOf, type KindNode } from "./graph.ts";
import { KindNodeView, PathContext } from "./kind-node.tsx";
import type { Kinds } from "./kinds.ts";
import { RateEdgeView } from "./rate-edge.tsx";

const nodeTypes = { kind: KindNodeView };
const edgeTypes = { rate: RateEdgeView };

const labels = {
  "node.a11yDescription.default": "Press Enter to see what this step does.",
  "node.a11yDescription.keyboardDisabled": "Press Enter to see what this step does.",
  "controls.ariaLabel": "Zoom",
  "minimap.ariaLabel": "Overview of the flow",
};

interface CanvasProps {
  flow: Flow;
  kinds: Kinds;
  chosen: string | undefined;
  /** Nodes that the chosen alarm's message passed. */
  path: readonly string[];
  choose: (node: string | undefined) => void;
}

/** A flow to look at: nothing in it can be moved or changed. */
export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}

function Drawing({ flow, kinds, chosen, path, choose }: CanvasProps) {
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const graph = useMemo(() => graphOf(flow, kinds), [flow, kinds]);
  const [nodes, setNodes] = useState(graph.nodes);
  const onPath = useMemo(() => new Set(path), [path]);
  const canvas = useRef<HTMLDivElement>(null);
  useFit(canvas, flow, chosen, path);

  useEffect(() => {
    setNodes((before) =>
      graph.nodes.map((node) => ({ ...before.find(({ id }) => id === node.id), ...node })),
    );
  }, [graph]);
  useEffect(() => {
    setNodes((all) => all.map((node) => ({ ...node, selected: node.id === chosen })));
  }, [chosen]);

  const onNodesChange = useCallback(
    (changes: NodeChange<KindNode>[]) => {
      const measured = changes.filter(({ type }) => type === "dimensions");
      setNodes((all) => applyNodeChanges(measured, all));
      const picked = changes.find((change) => change.type === "select" && change.selected);
      if (picked?.type === "select") choose(picked.id);
    },
    [choose],
  );

  return (
    <PathContext value={onPath}>
      <ReactFlow
        ref={canvas}
        className={classes.canvas}
        aria-label={`Canvas of the flow ${flow.name}`}
        nodes={nodes}
        edges={graph.edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onPaneClick={() => choose(undefined)}
        colorMode={scheme}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        elevateNodesOnSelect={false}
        deleteKeyCode={null}
        multiSelectionKeyCode={null}
        selectionKeyCode={null}
        minZoom={0.2}
        maxZoom={2}
        ariaLabelConfig={labels}
      >
        <Background gap={24} size={1.5} />
        <Controls orientation="horizontal" showInteractive={false} fitViewOptions={fitting} />
        <MiniMap pannable zoomable className={classes.minimap} nodeBorderRadius={12} />
      </ReactFlow>
    </PathContext>
  );
}
