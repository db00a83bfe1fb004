import { Button, useComputedColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type EdgeTypes, type NodeTypes, Panel, ReactFlow, ReactFlowProvider } from "@xyflow/react";
import { type RefObject, useMemo, useRef, useState } from "react";
import { compareFlows, touchedNodes } from "../../../engine/flow/compare.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import { stepSentence } from "../causes/cause-words.ts";
import type { ShownCause } from "../causes/queries.ts";
import canvas from "../flows/canvas.module.css";
import { CanvasAids } from "../flows/canvas-aids.tsx";
import { type Editing, EditingContext, type Marks, MarksContext } from "../flows/editing-context.ts";
import { useFit } from "../flows/fit.ts";
import { graphOf } from "../flows/graph.ts";
import { outputOf } from "../flows/outputs.ts";
import { firstPlaces, placesOf } from "../flows/places.ts";
import { type FlowSummary, useLiveDefinition } from "../flows/queries.ts";
import { WhileRunning } from "../flows/rates.tsx";
import type { ShownVersion } from "../flows/stage.ts";
import { navigate } from "../route.ts";
import { t } from "../text/text.ts";
import { backToDraft, restoreVersion } from "./show.ts";
import { StepSettings } from "./step-settings.tsx";
import classes from "./version-canvas.module.css";

interface VersionCanvasProps {
  editing: Editing;
  summary: FlowSummary;
  /** None where it is the draft, compared. */
  version: number | undefined;
  flow: Flow;
  over?: ShownVersion["over"];
  /** The way of a message through it, with what decided at each node. */
  story?: ShownCause;
  nodeTypes: NodeTypes;
  edgeTypes: EdgeTypes;
}

/** A version as a drawing to be looked at, with what it differs in from the one that runs. */
export function VersionCanvas(props: VersionCanvasProps) {
  const { editing, summary, version, flow, story, over, nodeTypes, edgeTypes } = props;
  const { open, kinds } = editing;
  const queries = useQueryClient();
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const box = useRef<HTMLDivElement>(null);
  const [picked, setPicked] = useState<string>();
  const live = useLiveDefinition(summary);
  const graph = useMemo(
    () => graphOf(flow, kinds, placesOf(flow, flow, firstPlaces(flow, kinds))),
    [flow, kinds],
  );
  const looking = useMemo(() => ({ open, kinds, readOnly: true }), [open, kinds]);
  const marks = useMemo(() => {
    if (story) return storyMarks(story);
    if (over) return { problems: new Map(), changed: nothing, path: nothing, ...over };
    const changes = live && compareFlows(live, flow, (edge, of) => outputOf(edge, of, kinds));
    return {
      problems: new Map(),
      changed: changes ? touchedNodes(changes) : new Set<string>(),
      path: new Set<string>(),
    };
  }, [live, flow, kinds, story, over]);
  const node = flow.nodes.find(({ id }) => id === picked);
  return (
    <EditingContext value={looking}>
      <MarksContext value={marks}>
        <WhileRunning flow={summary.id} version={!over && version === summary.live ? summary.live : null}>
          <ReactFlowProvider>
            <ReactFlow
              ref={box}
              className={canvas.canvas}
              aria-label={
                over
                  ? t("compare.canvas", { name: flow.name })
                  : t("history.canvas", { name: flow.name, version })
              }
              defaultNodes={graph.nodes}
              defaultEdges={graph.edges}
              nodeTypes={nodeTypes}
              edgeTypes={edgeTypes}
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
              <Panel position="top-left" className={classes.banner}>
                {story ? (
                  <>
                    <p role="status">{t("cause.shown", { what: story.what, version })}</p>
                    <Button
                      size="compact-sm"
                      variant="default"
                      onClick={() => navigate({ view: "flows", flow: flow.id })}
                    >
                      {t("cause.back")}
                    </Button>
                  </>
                ) : over ? (
                  <>
                    <p role="status">{t("compare.shown", { before: over.before, after: over.after })}</p>
                    <Button size="compact-sm" variant="default" onClick={backToDraft}>
                      {t("history.back")}
                    </Button>
                  </>
                ) : (
                  <>
                    <p role="status">
                      <strong>{t("history.version", { version })}</strong> {t("history.readOnly")}
                    </p>
                    <Button size="compact-sm" variant="default" onClick={backToDraft}>
                      {t("history.back")}
                    </Button>
                    <Button
                      size="compact-sm"
                      onClick={() => void restoreVersion(queries, open, version ?? 0)}
                    >
                      {t("history.restore")}
                    </Button>
                  </>
                )}
              </Panel>
              {node && (
                <Panel position="top-left" className={classes.beside}>
                  <StepSettings node={node} kinds={kinds} close={() => setPicked(undefined)} />
                </Panel>
              )}
              <Fit box={box} path={story?.cause.path ?? nowhere} />
              <CanvasAids />
            </ReactFlow>
          </ReactFlowProvider>
        </WhileRunning>
      </MarksContext>
    </EditingContext>
  );
}

const nowhere: readonly string[] = [];
const nothing: ReadonlySet<string> = new Set();

/** Keeps the way, or all, in sight, also when a panel beside takes room. */
function Fit({ box, path }: { box: RefObject<HTMLDivElement | null>; path: readonly string[] }) {
  useFit(box, undefined, path);
  return null;
}

/** Nodes of the flow itself: those of another, which handed the message over, are not on this canvas. */
function storyMarks({ cause }: ShownCause): Marks {
  const own = (cause.steps ?? []).filter(({ flow }) => flow === undefined);
  const said = own.map((step) => [step.node, stepSentence(step, cause)] as const);
  return {
    problems: new Map(),
    changed: nothing,
    path: new Set(cause.path),
    said: new Map(said.filter(([, sentence]) => sentence !== "")),
  };
}
