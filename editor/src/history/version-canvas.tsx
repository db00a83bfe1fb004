import { Button, SegmentedControl } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import type { EdgeTypes, NodeTypes } from "@xyflow/react";
import { useMemo } from "react";
import { compareFlows, touchedNodes } from "../../../engine/flow/compare.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import { stepSentence } from "../causes/cause-words.ts";
import type { ShownCause } from "../causes/queries.ts";
import { type Editing, EditingContext, type Marks } from "../flows/editing-context.ts";
import type { OpenFlow } from "../flows/open-flow.ts";
import { outputOf } from "../flows/outputs.ts";
import { type FlowSummary, useLiveDefinition } from "../flows/queries.ts";
import { WhileRunning } from "../flows/rates.tsx";
import { type ShownVersion, stage, useStage } from "../flows/stage.ts";
import { navigate } from "../route.ts";
import { t } from "../text/text.ts";
import { ReadCanvas } from "./read-canvas.tsx";
import { backToDraft, restoreVersion } from "./show.ts";
import { SideBySide } from "./side-by-side.tsx";
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
  const isApart = useStage((state) => state.apart);
  const live = useLiveDefinition(summary);
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
  const apart = over !== undefined && isApart;
  const shared = { kinds, marks, nodeTypes, edgeTypes };
  const label = over
    ? t("compare.canvas", { name: flow.name })
    : t("history.canvas", { name: flow.name, version });
  return (
    <EditingContext value={looking}>
      <div className={apart ? classes.apart : classes.single}>
        <div className={classes.banner}>
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
              <SegmentedControl
                size="xs"
                aria-label={t("compare.drawing")}
                data={[
                  { value: "over", label: t("compare.over") },
                  { value: "sides", label: t("compare.sides") },
                ]}
                value={isApart ? "sides" : "over"}
                onChange={(drawing) => stage.setState({ apart: drawing === "sides" })}
              />
              <BackToDraft />
            </>
          ) : (
            <>
              <p role="status">
                <strong>{t("history.version", { version })}</strong> {t("history.readOnly")}
              </p>
              <BackToDraft />
              <Restore open={open} version={version ?? 0} />
            </>
          )}
        </div>
        <WhileRunning flow={summary.id} version={!over && version === summary.live ? summary.live : null}>
          {apart ? (
            <SideBySide {...shared} over={over} />
          ) : (
            <ReadCanvas {...shared} flow={flow} label={label} path={story?.cause.path} />
          )}
        </WhileRunning>
      </div>
    </EditingContext>
  );
}

const nothing: ReadonlySet<string> = new Set();

function BackToDraft() {
  return (
    <Button size="compact-sm" variant="default" onClick={backToDraft}>
      {t("history.back")}
    </Button>
  );
}

function Restore({ open, version }: { open: OpenFlow; version: number }) {
  const queries = useQueryClient();
  return (
    <Button size="compact-sm" onClick={() => void restoreVersion(queries, open, version)}>
      {t("history.restore")}
    </Button>
  );
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
