import { Autocomplete, TextInput } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { keepsFromTrying } from "../../../engine/flow/check-handings.ts";
import { tryFlow } from "../../../engine/flow/try.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import { CaseList } from "../cases/case-list.tsx";
import { DevicePicker } from "../devices/device-picker.tsx";
import type { Kinds } from "../flows/kind-info.ts";
import { useKinds } from "../flows/kinds.ts";
import { type OpenFlow, useFlow, useOpenFlow } from "../flows/open-flow.ts";
import { outputOf } from "../flows/outputs.ts";
import { stage } from "../flows/stage.ts";
import { useFields, useSeenDevices } from "../flows/use-fields.ts";
import { useProblems } from "../flows/use-problems.ts";
import { useSurroundings } from "../flows/use-surroundings.ts";
import { t } from "../text/text.ts";
import { TryIcon } from "../ui/icons.tsx";
import { Panel, Section } from "../ui/panel.tsx";
import { Said } from "../ui/said.tsx";
import { AnswerList } from "./answer-list.tsx";
import { type Answer, answered } from "./answers.ts";
import { Clock } from "./clock.tsx";
import { inputsOf, offsetMs, type Row } from "./sample.ts";
import { SampleTable } from "./sample-table.tsx";
import { trialOf } from "./trial.ts";
import { useTrialDevice } from "./trial-device.ts";
import { TrialResult } from "./trial-result.tsx";
import classes from "./try.module.css";

interface TryPanelProps {
  flow: string;
  node: string | undefined;
}

const close = () => stage.setState({ trying: false, trial: undefined });

/** Runs the flow on the page over messages, with the engine's own code and no effect outside. */
export function TryPanel({ flow, node }: TryPanelProps) {
  const open = useOpenFlow(flow).data;
  const kinds = useKinds().data;
  if (!open || !kinds) return null;
  return (
    <Panel title={t("trial.title")} subtitle={t("trial.text")} icon={<TryIcon size={28} />} close={close}>
      <Trying open={open} kinds={kinds} node={node} />
    </Panel>
  );
}

/** Trials begin on the hour, as windows do. */
const hourMs = 3_600_000;

/** Samples and answers typed for a flow stay while the page does. */
const samples = new Map<string, Row[]>();
const given = new Map<string, Answer[]>();
const beginning: Row[] = [
  { after: "0s", cells: {} },
  { after: "60s", cells: {} },
];

function Trying({ open, kinds, node }: { open: OpenFlow; kinds: Kinds; node: string | undefined }) {
  const flow = useFlow(open);
  const problems = useProblems(flow);
  const around = useSurroundings(flow);
  const hindered = problems.filter(keepsFromTrying).length;
  const some = useSeenDevices().data?.[0];
  const { fields } = useFields(flow, kinds);
  const [rows, setRows] = useState<Row[]>(samples.get(open.id) ?? beginning);
  const [answers, setAnswers] = useState<Answer[]>(given.get(open.id) ?? []);
  const device = useTrialDevice(setRows);
  const [profile, setProfile] = useState<string>();
  const [wait, setWait] = useState("10m");
  const [startMs] = useState(() => Math.floor(Date.now() / hourMs) * hourMs);
  const { seen, isWaiting } = device;
  const shownProfile = profile ?? seen?.profile ?? some?.profile ?? "default";
  const read = useMemo(() => readNames(flow, fields), [flow, fields]);

  const inputs = useMemo(() => {
    if (isWaiting) return [];
    const { name = "trial", attributes = {}, related = {} } = seen ?? {};
    const named = Object.entries(related).map(([by, { attributes }]) => [by, attributes] as const);
    const context = {
      id: "trial",
      name,
      profile: shownProfile,
      attributes,
      related: Object.fromEntries(named),
    };
    return inputsOf(rows, { device: context, startMs, waitMs: offsetMs(wait) ?? 0 });
  }, [rows, seen, isWaiting, shownProfile, startMs, wait]);

  const lastMs = inputs.reduce<number | undefined>((last, one) => ("tick" in one ? last : one.at), undefined);

  useEffect(() => {
    samples.set(open.id, rows);
    given.set(open.id, answers);
  }, [open, rows, answers]);

  useEffect(() => {
    if (hindered > 0 || inputs.length === 0) return stage.setState({ trial: undefined });
    const whole = answered(inputs, answers, (all) => tryFlow(flow, all, around));
    const outputs = (edge: Flow["edges"][number]) => outputOf(edge, flow, kinds);
    stage.setState({ trial: trialOf(flow, whole.inputs, whole.result, outputs) });
  }, [flow, kinds, inputs, answers, hindered, around]);

  useEffect(() => () => stage.setState({ trial: undefined }), []);

  return (
    <>
      <Section title={t("trial.messages")}>
        <div className={classes.form}>
          <DevicePicker
            label={t("trial.device")}
            description={t("trial.deviceHelp")}
            none={t("trial.noDevice")}
            value={device.id}
            choose={(id) => {
              setProfile(undefined);
              void device.choose(id);
            }}
          />
          {device.failure && (
            <p role="alert">
              <Said error={device.failure} />
            </p>
          )}
          <div className={classes.two}>
            <Autocomplete
              label={t("trial.profile")}
              data={(around.profiles ?? []).map(({ name }) => name)}
              value={shownProfile}
              onChange={setProfile}
            />
            <TextInput
              label={t("trial.wait")}
              value={wait}
              error={offsetMs(wait) === undefined}
              onChange={(event) => setWait(event.currentTarget.value)}
            />
          </div>
          <SampleTable rows={rows} names={read} change={setRows} />
          <Clock wait={wait} setWait={setWait} lastMs={lastMs} />
        </div>
      </Section>
      {hindered === 0 && <AnswerList flow={flow} startMs={startMs} answers={answers} change={setAnswers} />}
      <TrialResult flow={flow} kinds={kinds} open={open} node={node} problems={hindered} startMs={startMs} />
      <CaseList flow={flow} kinds={kinds} problems={hindered} />
    </>
  );
}

const shownColumns = 6;

/** Fields the flow's settings speak of: good names for the first columns. Those a step writes itself come too; they may stay empty. */
function readNames(flow: { nodes: { config: unknown }[] }, fields: readonly string[]): string[] {
  const text = JSON.stringify(flow.nodes.map(({ config }) => config));
  const facts = [...text.matchAll(/"(?:fact|of)":"([^"]+)"/g)].map(([, name]) => name!);
  const written = new Set([...text.matchAll(/"as":"([^"]+)"/g)].map(([, name]) => name!));
  const named = fields.filter((name) => text.includes(`"${name}"`));
  return [...new Set([...facts, ...named])].filter((name) => !written.has(name)).slice(0, shownColumns);
}
