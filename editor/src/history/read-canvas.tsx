import { useComputedColorScheme } from "@mantine/core";
import {
  type EdgeTypes,
  type NodeTypes,
  type OnInit,
  type OnMove,
  Panel,
  ReactFlow,
  ReactFlowProvider,
} from "@xyflow/react";
import { type RefObject, useMemo, useRef, useState } from "react";
import type { Flow } from "../../../engine/model/flow.ts";
import canvas from "../flows/canvas.module.css";
import { CanvasAids } from "../flows/canvas-aids.tsx";
import { type Marks, MarksContext } from "../flows/editing-context.ts";
import { useFit } from "../flows/fit.ts";
import { graphOf } from "../flows/graph.ts";
import type { Kinds } from "../flows/kind-info.ts";
import { firstPlaces, placesOf } from "../flows/places.ts";
import { StepSettings } from "./step-settings.tsx";
import classes from "./version-canvas.module.css";

interface ReadCanvasProps {
  flow: Flow;
  kinds: Kinds;
  marks: Marks;
  /** What it is called by who cannot see it; `title` is written on it, too. */
  label: string;
  title?: string;
  /** Ids of nodes that must be in sight. */
  path?: readonly string[];
  nodeTypes: NodeTypes;
  edgeTypes: EdgeTypes;
  onInit?: OnInit;
  onMove?: OnMove;
}

/** A flow as a drawing to be looked at; a step that is chosen shows its settings. */
export function ReadCanvas({
  flow,
  kinds,
  marks,
  label,
  title,
  path = nowhere,
  ...drawing
}: ReadCanvasProps) {
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const box = useRef<HTMLDivElement>(null);
  const [picked, setPicked] = useState<string>();
  const graph = useMemo(
    () => graphOf(flow, kinds, placesOf(flow, flow, firstPlaces(flow, kinds))),
    [flow, kinds],
  );
  const node = flow.nodes.find(({ id }) => id === picked);
  return (
    <MarksContext value={marks}>
      <ReactFlowProvider>
        <ReactFlow
          {...drawing}
          ref={box}
          className={canvas.canvas}
          aria-label={label}
          defaultNodes={graph.nodes}
          defaultEdges={graph.edges}
          onNodeClick={(_, { id }) => setPicked(id)}
          onPaneClick={() => setPicked(undefined)}
          onKeyDown={(event) => {
            const at = (event.target as Element).closest(".react-flow__node")?.getAttribute("data-id");
            if (event.key === "Enter" && at) setPicked(at);
            if (event.key === "Escape") setPicked(undefined);
          }}
          nodesDraggable={false}
          nodesConnectable={false}
          edgesReconnectable={false}
          elementsSelectable={false}
          edgesFocusable={false}
          deleteKeyCode={null}
          colorMode={scheme}
          minZoom={0.1}
          maxZoom={2}
        >
          {title && (
            <Panel position="top-right" className={classes.title}>
              {title}
            </Panel>
          )}
          {node && (
            <Panel position="top-left" className={classes.beside}>
              <StepSettings node={node} kinds={kinds} close={() => setPicked(undefined)} />
            </Panel>
          )}
          <Fit box={box} path={path} small={title !== undefined} />
          <CanvasAids hasOverview={title === undefined} />
        </ReactFlow>
      </ReactFlowProvider>
    </MarksContext>
  );
}

const nowhere: readonly string[] = [];

interface FitProps {
  box: RefObject<HTMLDivElement | null>;
  path: readonly string[];
  small: boolean;
}

/** Keeps the way, or all, in sight, also when a panel beside takes room. */
function Fit({ box, path, small }: FitProps) {
  useFit(box, undefined, path, small);
  return null;
}
