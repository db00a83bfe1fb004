import { SegmentedControl } from "@mantine/core";
import { useCallback, useState } from "react";
import type { Flow } from "../../../engine/model/flow.ts";
import { useAlarm } from "../alarms/queries.ts";
import { navigate } from "../route.ts";
import { CanvasIcon, ListIcon } from "../ui/icons.tsx";
import { Empty, Pending } from "../ui/states.tsx";
import { Canvas } from "./canvas.tsx";
import classes from "./flow-stage.module.css";
import { type Kinds, useKinds } from "./kinds.ts";
import { Outline } from "./outline.tsx";
import { type FlowSummary, useDefinition } from "./queries.ts";
import { WhileRunning } from "./rates.tsx";

interface StageProps {
  summary: FlowSummary;
  node: string | undefined;
  alarm: string | undefined;
}

/** One flow: its head line, and the canvas or the list of its steps. */
export function FlowStage({ summary, node, alarm }: StageProps) {
  const definition = useDefinition(summary);
  const kinds = useKinds();
  if (!definition.data) return <Pending query={definition} what={`the flow ${summary.name}`} />;
  if (!kinds.data) return <Pending query={kinds} what="the kinds of steps" />;
  return (
    <WhileRunning flow={summary.id} version={summary.live}>
      <Shown summary={summary} flow={definition.data} kinds={kinds.data} node={node} alarm={alarm} />
    </WhileRunning>
  );
}

const views = [
  { value: "canvas", label: "Canvas", Icon: CanvasIcon },
  { value: "list", label: "Steps", Icon: ListIcon },
].map(({ value, label, Icon }) => ({
  value,
  label: (
    <span className={classes.choice}>
      <Icon size={16} />
      {label}
    </span>
  ),
}));

const nowhere: readonly string[] = [];

function Shown({ summary, flow, kinds, node, alarm }: StageProps & { flow: Flow; kinds: Kinds }) {
  const [view, setView] = useState("canvas");
  const cause = useAlarm(alarm).data;
  const path = cause?.flow === flow.id ? cause.cause.path : nowhere;
  const choose = useCallback(
    (chosen: string | undefined) => navigate({ view: "flows", flow: summary.id, node: chosen }),
    [summary.id],
  );
  const shown = { flow, kinds, path, chosen: node, choose };
  return (
    <section className={classes.flow} aria-label={`Flow ${flow.name}`}>
      <header>
        <div>
          <h2>{flow.name}</h2>
          <p title={flow.description}>
            <StateWords {...summary} />
            {flow.description}
          </p>
        </div>
        <SegmentedControl size="xs" data={views} value={view} onChange={setView} aria-label="Show as" />
      </header>
      <div className={classes.body}>
        {flow.nodes.length === 0 ? (
          <Empty title="This flow is still empty" icon={<CanvasIcon size={24} />}>
            <p>Add steps to its file and save it; they appear here.</p>
          </Empty>
        ) : view === "canvas" ? (
          <Canvas {...shown} />
        ) : (
          <Outline {...shown} />
        )}
      </div>
    </section>
  );
}

function StateWords({ live, latestVersion }: FlowSummary) {
  if (live !== null) return <strong data-live>Version {live} live</strong>;
  return <strong>{latestVersion === null ? "Draft, not running" : "Not running, draft shown"}</strong>;
}
