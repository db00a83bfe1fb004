import { useComputedColorScheme } from "@mantine/core";
import { ConnectionLineType, ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import {
  type DragEvent,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import { t } from "../text/text.ts";
import classes from "./canvas.module.css";
import { CanvasAids } from "./canvas-aids.tsx";
import { FrameView, NoteView } from "./drawn-nodes.tsx";
import { addStep, choose, pasteText } from "./editing.ts";
import { useEditing } from "./editing-context.ts";
import { useFit } from "./fit.ts";
import type { RateEdge, StageNode } from "./graph.ts";
import { KindNodeView } from "./kind-node.tsx";
import { dragType } from "./kind-search.tsx";
import { useSnap } from "./preferences.ts";
import { RateEdgeView } from "./rate-edge.tsx";
import { openDialog, stage, view } from "./stage.ts";
import { useConnecting } from "./use-connecting.ts";
import { useGraph } from "./use-graph.ts";

export const nodeTypes = { kind: KindNodeView, note: NoteView, frame: FrameView };
export const edgeTypes = { rate: RateEdgeView };
// The same objects at every render: React Flow takes others for a change.
const fine: [number, number] = [4, 4];
const dots: [number, number] = [24, 24];
const labelsNow = () => ({
  "node.a11yDescription.default": t("canvas.nodeHint"),
  "node.a11yDescription.keyboardDisabled": t("canvas.nodeHint"),
  "edge.a11yDescription.default": t("canvas.edgeHint"),
  "controls.ariaLabel": t("canvas.zoom"),
  "controls.zoomIn.ariaLabel": t("action.zoomIn"),
  "controls.zoomOut.ariaLabel": t("action.zoomOut"),
  "controls.fitView.ariaLabel": t("action.fit"),
  "minimap.ariaLabel": t("canvas.overview"),
});

interface CanvasProps {
  chosen: string | undefined;
  /** Nodes that the chosen alarm's message passed. */
  path: readonly string[];
  children: ReactNode;
}

/** The flow as a drawing to be changed. */
export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}

function Drawing({ chosen, path, children }: CanvasProps) {
  const { open, kinds } = useEditing();
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const canvas = useRef<HTMLDivElement>(null);
  const flow = useReactFlow<StageNode, RateEdge>();
  const graph = useGraph();
  const connecting = useConnecting();
  const snap = useSnap();
  const [labels] = useState(labelsNow);
  useFit(canvas, chosen, path);
  useEffect(() => {
    view.current = flow;
    return () => {
      view.current = undefined;
    };
  }, [flow]);

  const nodeClick = useCallback(
    (event: MouseEvent, node: StageNode) => {
      if (event.shiftKey || event.ctrlKey || event.metaKey) return;
      choose(open, node.type === "kind" ? node.id : undefined);
    },
    [open],
  );
  const paneClick = useCallback(() => {
    canvas.current?.focus({ preventScroll: true });
    choose(open, undefined);
  }, [open]);

  function drop(event: DragEvent) {
    const kind = kinds.get(event.dataTransfer.getData(dragType));
    const text = event.dataTransfer.getData("text/plain");
    if (!kind && !text) return;
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX - 80, y: event.clientY - 24 });
    const edge = edgeAt(event.clientX, event.clientY);
    const into = graph.edges.find(({ id }) => id === edge)?.data?.edge;
    if (kind) addStep(open, kinds, kind, { at, into });
    else pasteText(open, text, at);
  }

  function doubleClick(event: MouseEvent) {
    const drawn = (event.target as Element).closest(".react-flow__node")?.getAttribute("data-id");
    if (drawn?.includes(":")) stage.setState({ writing: drawn });
    if (!(event.target as Element).classList.contains("react-flow__pane")) return;
    const { clientX: x, clientY: y } = event;
    openDialog({ type: "add", spot: { at: flow.screenToFlowPosition({ x, y }) }, x, y });
  }

  return (
    <ReactFlow
      ref={canvas}
      className={classes.canvas}
      aria-label={t("canvas.label", { name: open.document.flow().name })}
      tabIndex={-1}
      nodes={graph.nodes}
      edges={graph.edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onNodesChange={graph.onNodesChange}
      onEdgesChange={graph.onEdgesChange}
      {...connecting}
      connectionLineType={ConnectionLineType.Bezier}
      connectionRadius={28}
      onNodeClick={nodeClick}
      onPaneClick={paneClick}
      onDoubleClick={doubleClick}
      onDragOver={dragOver}
      onDrop={drop}
      colorMode={scheme}
      snapToGrid
      snapGrid={snap ? dots : fine}
      selectNodesOnDrag={false}
      elevateNodesOnSelect={false}
      zoomOnDoubleClick={false}
      deleteKeyCode={null}
      minZoom={0.1}
      maxZoom={2}
      onlyRenderVisibleElements={graph.nodes.length > 200}
      ariaLabelConfig={labels}
    >
      {children}
      <CanvasAids />
    </ReactFlow>
  );
}

function dragOver(event: DragEvent) {
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
}

/** The edge under a point of the window. */
function edgeAt(x: number, y: number): RateEdge["id"] | undefined {
  const found = document.elementsFromPoint(x, y).find((element) => element.closest(".react-flow__edge"));
  return found?.closest(".react-flow__edge")?.getAttribute("data-id") ?? undefined;
}
