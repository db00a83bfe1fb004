import { Button, Menu, SegmentedControl } from "@mantine/core";
import { type ComponentProps, lazy, Suspense, useEffect, useMemo } from "react";
import { compareFlows, touchedNodes } from "../../../engine/flow/compare.ts";
import { useShownCause } from "../causes/queries.ts";
import { FlowLetters } from "../letters/node-letters.tsx";
import type { Route } from "../route.ts";
import { t } from "../text/text.ts";
import { WatchButton } from "../traces/watch-button.tsx";
import { CanvasIcon, DeployIcon, ListIcon, MoreIcon, TryIcon } from "../ui/icons.tsx";
import { PageSearch } from "../ui/search-box.tsx";
import { Pending } from "../ui/states.tsx";
import { actionsFor } from "./actions.ts";
import { Canvas, edgeTypes, nodeTypes } from "./canvas.tsx";
import { choose } from "./editing.ts";
import { type Editing, EditingContext, MarksContext } from "./editing-context.ts";
import { EmptyFlow } from "./empty-flow.tsx";
import classes from "./flow-stage.module.css";
import { Guide } from "./guide.tsx";
import { useKinds } from "./kinds.ts";
import { Notice } from "./notice.tsx";
import { useFlow, useOpenFlow } from "./open-flow.ts";
import { Outline } from "./outline.tsx";
import { outputOf } from "./outputs.ts";
import { Presence } from "./presence.tsx";
import { ProblemList } from "./problem-list.tsx";
import { byNode } from "./problems.ts";
import { type FlowSummary, isRunning, useLiveDefinition, useVersion } from "./queries.ts";
import { WhileRunning } from "./rates.tsx";
import { ActionSearch } from "./spotlight.tsx";
import { openDialog, resetStage, stage, useStage } from "./stage.ts";
import { StageDialogs } from "./stage-dialogs.tsx";
import { Status } from "./status.tsx";
import { Toolbar } from "./toolbar.tsx";
import { useKeys } from "./use-keys.ts";
import { useProblems } from "./use-problems.ts";

interface StageProps {
  summary: FlowSummary;
  route: Route;
}

/** One flow: its head line, and the canvas or the list of its steps. */
export function FlowStage({ summary, route }: StageProps) {
  const open = useOpenFlow(summary.id, summary.etag);
  const kinds = useKinds();
  useEffect(() => resetStage, []);
  if (!kinds.data) return <Waiting query={kinds} what={t("stage.kinds")} />;
  if (!open.data) return <Waiting query={open} what={t("stage.flow", { name: summary.name })} />;
  return (
    <WhileRunning flow={summary.id} version={summary.live}>
      <Shown
        key={summary.id}
        editing={{ open: open.data, kinds: kinds.data }}
        summary={summary}
        route={route}
      />
    </WhileRunning>
  );
}

function Waiting(props: ComponentProps<typeof Pending>) {
  return (
    <>
      <Pending {...props} />
      <PageSearch />
    </>
  );
}

const VersionCanvas = lazy(async () => ({
  default: (await import("../history/version-canvas.tsx")).VersionCanvas,
}));

const views = [
  { value: "canvas", title: "stage.canvas", Icon: CanvasIcon },
  { value: "list", title: "stage.steps", Icon: ListIcon },
] as const;

const viewChoices = () =>
  views.map(({ value, title, Icon }) => ({
    value,
    label: (
      <span className={classes.choice}>
        <Icon size={16} />
        <span>{t(title)}</span>
      </span>
    ),
  }));

const nowhere: readonly string[] = [];

function Shown({ editing: given, summary, route }: StageProps & { editing: Editing }) {
  const { open, kinds } = given;
  const { node } = route;
  const editing = useMemo(() => ({ open, kinds }), [open, kinds]);
  const flow = useFlow(open);
  const shown = useStage((state) => state.shown);
  const asList = useStage((state) => state.asList);
  const told = useShownCause(route);
  const why = told?.flow === flow.id ? told : undefined;
  const path = why?.cause.path ?? nowhere;
  const then = useVersion(flow.id, why?.cause.version ?? null).data;
  const problems = useProblems(flow);
  const live = useLiveDefinition(summary);
  const changes = useMemo(
    () => live && compareFlows(live, flow, (edge, of) => outputOf(edge, of, kinds)),
    [live, flow, kinds],
  );
  const marks = useMemo(
    () => ({
      problems: byNode(problems),
      changed: changes ? touchedNodes(changes) : new Set<string>(),
      path: new Set(path),
    }),
    [problems, changes, path],
  );
  useKeys(editing);
  useEffect(() => {
    // A link to a step chooses it on the canvas too.
    if (node && stage.getState().selected.length === 0) stage.setState({ selected: [node] });
  }, [node]);

  return (
    <EditingContext value={editing}>
      <MarksContext value={marks}>
        <section className={classes.flow} aria-label={t("stage.label", { name: flow.name })}>
          <div className={classes.head}>
            <h2 title={flow.name}>{flow.name}</h2>
            <div className={classes.tools}>
              <FlowLetters flow={flow.id} />
              <ProblemList open={open} problems={problems} />
              <SegmentedControl
                size="xs"
                data={viewChoices()}
                value={asList ? "list" : "canvas"}
                onChange={(view) => stage.setState({ asList: view === "list" })}
                aria-label={t("stage.showAs")}
              />
              <WatchButton />
              <Button
                size="xs"
                variant="default"
                leftSection={<TryIcon size={16} />}
                onClick={() => stage.setState({ trying: true })}
              >
                {t("action.try")}
              </Button>
              <Button
                size="xs"
                leftSection={<DeployIcon size={16} />}
                onClick={() => openDialog({ type: "deploy" })}
              >
                {t("action.deploy")}
              </Button>
              <More editing={editing} running={isRunning(summary)} />
            </div>
            <Status open={open} summary={summary} changes={changes}>
              <Presence open={open} />
            </Status>
          </div>
          <Guide summary={summary} problems={problems} />
          <div className={classes.body}>
            {flow.nodes.length === 0 && !shown && !then && <EmptyFlow />}
            {why && then ? (
              <Suspense fallback={null}>
                <VersionCanvas
                  key={`${why.cause.version} ${why.cause.message}`}
                  version={why.cause.version}
                  flow={then}
                  story={why}
                  editing={editing}
                  summary={summary}
                  nodeTypes={nodeTypes}
                  edgeTypes={edgeTypes}
                />
              </Suspense>
            ) : shown ? (
              <Suspense fallback={null}>
                <VersionCanvas
                  key={`${shown.version} ${shown.over?.before} ${shown.over?.after}`}
                  {...shown}
                  editing={editing}
                  summary={summary}
                  nodeTypes={nodeTypes}
                  edgeTypes={edgeTypes}
                />
              </Suspense>
            ) : asList ? (
              <Outline flow={flow} kinds={kinds} chosen={node} choose={(id) => choose(open, id)} />
            ) : (
              <Canvas chosen={node} path={path}>
                <Toolbar />
              </Canvas>
            )}
            <Notice open={open} />
          </div>
          <ActionSearch />
          <StageDialogs summary={summary} problems={problems} changes={changes} />
        </section>
      </MarksContext>
    </EditingContext>
  );
}

function More({ editing, running }: { editing: Editing; running: boolean }) {
  const ids = [
    "backtest",
    "history",
    "beside",
    "conditions",
    "rename",
    "export",
    "import",
    "new",
    "off",
    "delete-flow",
    "guide",
    "shortcuts",
  ];
  const actions = actionsFor(editing).filter(({ id }) => ids.includes(id) && (running || id !== "off"));
  return (
    <Menu position="bottom-end" withinPortal withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button size="xs" variant="default" px={8} aria-label={t("stage.more")}>
          <MoreIcon size={16} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ id, title, run }) => (
          <Menu.Item key={id} onClick={run}>
            {title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
