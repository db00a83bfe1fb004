import { Autocomplete, NativeSelect, TextInput } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { keepsFromTrying } from "../../../engine/flow/check-handings.ts";
import { tryFlow } from "../../../engine/flow/try.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import { CaseList } from "../cases/case-list.tsx";
import type { Kinds } from "../flows/kind-info.ts";
import { useKinds } from "../flows/kinds.ts";
import { type OpenFlow, useFlow, useOpenFlow } from "../flows/open-flow.ts";
import { outputOf } from "../flows/outputs.ts";
import { stage } from "../flows/stage.ts";
import { type SeenDevice, useFields, useSeenDevices } from "../flows/use-fields.ts";
import { useProblems } from "../flows/use-problems.ts";
import { useSurroundings } from "../flows/use-surroundings.ts";
import { t } from "../text/text.ts";
import { TryIcon } from "../ui/icons.tsx";
import { Panel, Section } from "../ui/panel.tsx";
import { AnswerList } from "./answer-list.tsx";
import { type Answer, answered } from "./answers.ts";
import { Clock } from "./clock.tsx";
import { lastMessages } from "./last-messages.ts";
import { inputsOf, offsetMs, type Row } from "./sample.ts";
import { SampleTable } from "./sample-table.tsx";
import { trialOf } from "./trial.ts";
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
  const devices = useSeenDevices().data ?? nobody;
  const { fields } = useFields(flow, kinds);
  const [rows, setRows] = useState<Row[]>(samples.get(open.id) ?? beginning);
  const [answers, setAnswers] = useState<Answer[]>(given.get(open.id) ?? []);
  const [deviceId, setDeviceId] = useState("");
  const [profile, setProfile] = useState<string>();
  const [wait, setWait] = useState("10m");
  const [failure, setFailure] = useState<string>();
  const [startMs] = useState(() => Math.floor(Date.now() / hourMs) * hourMs);
  const device = devices.find(({ id }) => id === deviceId);
  const shownProfile = profile ?? device?.profile ?? devices[0]?.profile ?? "default";
  const read = useMemo(() => readNames(flow, fields), [flow, fields]);

  const inputs = useMemo(() => {
    const attributes = device ? { ...device.client, ...device.shared, ...device.attributes } : {};
    const related = device ? relatedOf(device, devices) : {};
    const context = {
      id: "trial",
      name: device?.name ?? "trial",
      profile: shownProfile,
      attributes,
      related,
    };
    return inputsOf(rows, { device: context, startMs, waitMs: offsetMs(wait) ?? 0 });
  }, [rows, device, devices, shownProfile, startMs, wait]);

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

  const load = async (id: string) => {
    setDeviceId(id);
    setProfile(undefined);
    setFailure(undefined);
    if (id === "") return;
    try {
      const messages = await lastMessages(id);
      if (messages.length > 0) setRows(messages);
      else setFailure(t("trial.noLast"));
    } catch (error) {
      setFailure((error as Error).message);
    }
  };

  return (
    <>
      <Section title={t("trial.messages")}>
        <div className={classes.form}>
          <NativeSelect
            label={t("trial.device")}
            description={t("trial.deviceHelp")}
            data={[
              { value: "", label: t("trial.noDevice") },
              ...devices.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            value={deviceId}
            onChange={(event) => void load(event.currentTarget.value)}
          />
          {failure && <p role="alert">{failure}</p>}
          <div className={classes.two}>
            <Autocomplete
              label={t("trial.profile")}
              data={[...new Set(devices.map((each) => each.profile))]}
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

const nobody: readonly SeenDevice[] = [];

/** Attributes of the devices that this one names, as far as they are among those seen. */
function relatedOf({ shared, attributes }: SeenDevice, devices: readonly SeenDevice[]) {
  const named = Object.entries({ ...shared, ...attributes }).flatMap(([attribute, name]) => {
    const other = devices.find((each) => each.name === name);
    return other ? [[attribute, { ...other.shared, ...other.attributes }] as const] : [];
  });
  return Object.fromEntries(named);
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
