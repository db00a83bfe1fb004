import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { DevicePicker } from "../devices/device-picker.tsx";
import { choose } from "../flows/editing.ts";
import type { Kinds } from "../flows/kind-info.ts";
import { useKinds } from "../flows/kinds.ts";
import { type OpenFlow, useFlow, useOpenFlow } from "../flows/open-flow.ts";
import { nameIn, outputOf } from "../flows/outputs.ts";
import { useFlows } from "../flows/queries.ts";
import { stage } from "../flows/stage.ts";
import { t } from "../text/text.ts";
import { WatchIcon } from "../ui/icons.tsx";
import { Panel } from "../ui/panel.tsx";
import { fits, outputsIn } from "./filter.ts";
import { litPath } from "./lit-path.ts";
import { TraceRow } from "./trace-row.tsx";
import classes from "./traces.module.css";
import { type Numbered, useWatching, watchFlow, watching } from "./watching.ts";

const shown = 60;
const close = () => watching.setState({ isOpen: false });

/** Messages on their way through the flow that runs: a bounded sample, with each step's outputs and values. */
export function TracesPanel({ flow, node }: { flow: string; node: string | undefined }) {
  const open = useOpenFlow(flow).data;
  const kinds = useKinds().data;
  if (!open || !kinds) return null;
  return (
    <Panel title={t("traces.title")} subtitle={t("traces.text")} icon={<WatchIcon size={28} />} close={close}>
      <Traces open={open} kinds={kinds} node={node} />
    </Panel>
  );
}

function Traces({ open, kinds, node }: { open: OpenFlow; kinds: Kinds; node: string | undefined }) {
  const flow = useFlow(open);
  const isLive = useFlows().data?.find(({ id }) => id === open.id)?.live;
  const [device, setDevice] = useState<string>();
  const [output, setOutput] = useState("");
  const [text, setText] = useState("");
  const [onlyFailed, setOnlyFailed] = useState(false);
  const traces = useWatching((state) => state.traces);
  const chosen = useWatching((state) => state.chosen);
  const isPaused = useWatching((state) => state.isPaused);
  const at = flow.nodes.some(({ id }) => id === node) ? node : undefined;
  useEffect(() => watchFlow(open.id, device), [open.id, device]);
  useEffect(() => () => stage.setState({ trial: undefined }), []);

  const outputs = useMemo(
    () =>
      outputsIn(
        traces.map(({ trace }) => trace),
        at,
      ),
    [traces, at],
  );
  const found = traces
    .filter(({ trace }) => fits(trace, { node: at, output, text, onlyFailed }))
    .slice(0, shown);
  const light = (one: Numbered | undefined) => {
    watching.setState({ chosen: one?.number, ...(one && { isPaused: true }) });
    const trial = one && litPath(flow, one.trace, (edge) => outputOf(edge, flow, kinds));
    stage.setState({ trial });
  };

  return (
    <>
      <div className={classes.filter}>
        <DevicePicker
          size="xs"
          label={t("traces.device")}
          none={t("traces.everyDevice")}
          value={device}
          choose={setDevice}
        />
        <NativeSelect
          size="xs"
          label={t("traces.node")}
          value={at ?? ""}
          data={[
            { value: "", label: t("traces.everyNode") },
            ...flow.nodes.map(({ id }) => ({ value: id, label: nameIn(flow, id) })),
          ]}
          onChange={(event) => choose(open, event.currentTarget.value || undefined)}
        />
        <NativeSelect
          size="xs"
          label={t("traces.output")}
          value={output}
          data={[
            { value: "", label: t("traces.everyOutput") },
            ...new Set([...outputs, ...(output ? [output] : [])]),
          ]}
          onChange={(event) => setOutput(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          label={t("traces.contains")}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Checkbox
          size="xs"
          label={t("traces.onlyFailed")}
          checked={onlyFailed}
          onChange={(event) => setOnlyFailed(event.currentTarget.checked)}
        />
        <Button
          size="xs"
          variant="default"
          aria-pressed={isPaused}
          onClick={() => watching.setState({ isPaused: !isPaused })}
        >
          {isPaused ? t("traces.goOn") : t("traces.pause")}
        </Button>
      </div>
      <State isRunning={isLive !== null} isPaused={isPaused} some={traces.length > 0} found={found.length} />
      <ol className={classes.list} aria-label={t("traces.list")}>
        {found.map((one) => (
          <TraceRow
            key={one.number}
            one={one}
            flow={flow}
            kinds={kinds}
            isOpen={one.number === chosen}
            toggle={light}
            go={(id) => choose(open, id)}
          />
        ))}
      </ol>
    </>
  );
}

interface StateProps {
  isRunning: boolean;
  isPaused: boolean;
  some: boolean;
  found: number;
}

/** What the list cannot say by itself. */
function State({ isRunning, isPaused, some, found }: StateProps) {
  const connection = useWatching((state) => state.connection);
  let words = "";
  if (!isRunning) words = t("traces.off");
  else if (connection === "lost") words = t("traces.lost");
  else if (isPaused) words = t("traces.paused");
  else if (!some) words = t("traces.waiting");
  else if (found === 0) words = t("traces.noneFits");
  return (
    <p className={classes.state} role="status">
      {words}
    </p>
  );
}
