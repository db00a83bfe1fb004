import { Button, TextInput } from "@mantine/core";
import { useEffect, useMemo, useRef } from "react";
import type { Flow, FlowNode } from "../../../engine/model/flow.ts";
import type { Values } from "../../../engine/model/value.ts";
import { useNamed } from "../conditions/use-named.ts";
import { configure, remove, renameNode } from "../draft/changes.ts";
import { FormContext } from "../form/form-context.ts";
import { PartsControl } from "../form/object-control.tsx";
import { t } from "../text/text.ts";
import { CloseIcon, LinkIcon } from "../ui/icons.tsx";
import { Panel, Section } from "../ui/panel.tsx";
import { rate } from "../ui/words.ts";
import { Advanced } from "./advanced.tsx";
import { KindHelp } from "./kind-help.tsx";
import { KindIcon } from "./kind-icon.tsx";
import { describe, type KindInfo, type Kinds, present } from "./kind-info.ts";
import { useKinds } from "./kinds.ts";
import classes from "./node-panel.module.css";
import { type OpenFlow, useFlow, useOpenFlow } from "./open-flow.ts";
import { kindOf, nameIn, nameOf, outputOf, outputsAt } from "./outputs.ts";
import { type FlowSummary, useFlows } from "./queries.ts";
import { useNodeErrors, useNodeRate, WhileRunning } from "./rates.tsx";
import { openDialog, stage, useStage } from "./stage.ts";
import { useFields } from "./use-fields.ts";
import { useProblems } from "./use-problems.ts";
import { useChannels, useTableColumns } from "./use-surroundings.ts";

interface NodePanelProps {
  flow: string;
  node: string;
  close: () => void;
}

/** A step's settings to be changed, its connections, what it does, and how much passes. */
export function NodePanel({ flow, node, close }: NodePanelProps) {
  const summary = useFlows().data?.find(({ id }) => id === flow);
  const open = useOpenFlow(flow).data;
  const kinds = useKinds().data;
  if (!summary || !open || !kinds) return null;
  return <Loaded summary={summary} open={open} kinds={kinds} id={node} close={close} />;
}

interface LoadedProps {
  summary: FlowSummary;
  open: OpenFlow;
  kinds: Kinds;
  id: string;
  close: () => void;
}

function Loaded({ summary, open, kinds, id, close }: LoadedProps) {
  const flow = useFlow(open);
  const node = flow.nodes.find((each) => each.id === id);
  if (!node) return null;
  const kind = kindOf(node, kinds);
  return (
    <Panel
      title={nameOf(node)}
      subtitle={`${kind.title}: ${describe(node, kind)}`}
      icon={<KindIcon kind={kind} size={40} />}
      close={close}
      home={`.react-flow__node[data-id="${id}"], [data-step="${id}"]`}
    >
      <NodeForm open={open} kinds={kinds} flow={flow} node={node} kind={kind} />
      <Connections open={open} kinds={kinds} flow={flow} node={node} />
      <WhileRunning flow={summary.id} version={summary.live}>
        <Traffic node={id} />
      </WhileRunning>
      <Section title={t("node.what")}>
        <p className={classes.lead}>{kind.summary}</p>
        <KindHelp kind={kind} />
      </Section>
    </Panel>
  );
}

interface FormProps {
  open: OpenFlow;
  kinds: Kinds;
  flow: Flow;
  node: FlowNode;
  kind: KindInfo;
}

/** The form is made from the kind's schema; what is typed is in the flow at once, and wrong settings are said beside them. */
function NodeForm({ open, kinds, flow, node: written, kind }: FormProps) {
  const node = present(written);
  const all = useProblems(flow);
  const names = useFields(flow, kinds, node.id);
  const flows = useFlows().data;
  const channels = useChannels() ?? [];
  const tables = useTableColumns();
  const { named, take } = useNamed(flow);
  const others = useMemo(
    () => (flows ?? []).map(({ id }) => id).filter((id) => id !== flow.id),
    [flows, flow.id],
  );
  const goTo = useStage((state) => state.goTo);
  const form = useRef<HTMLDivElement>(null);
  const problems = useMemo(() => all.filter((problem) => problem.node === node.id), [all, node.id]);
  const loose = problems.filter(({ path, edge }) => !path && !edge);
  useEffect(() => {
    const element = form.current;
    element?.addEventListener("focusout", open.document.endGesture);
    return () => element?.removeEventListener("focusout", open.document.endGesture);
  }, [open]);
  useEffect(() => {
    if (goTo === undefined || !form.current) return;
    stage.setState({ goTo: undefined });
    // After the panel has taken the focus. Not cancelled by the next line's render.
    requestAnimationFrame(() => form.current && focusSetting(form.current, goTo));
  }, [goTo]);
  return (
    <FormContext value={{ ...names, flows: others, channels, tables, problems, conditions: named, goTo }}>
      <Section title={t("node.settings")}>
        <div ref={form} className={classes.form}>
          {loose.map((problem) => (
            <p key={problem.said} className={classes.wrong} role="alert">
              {problem.said}
            </p>
          ))}
          <TextInput
            label={t("node.name")}
            data-path="#name"
            value={node.name ?? ""}
            placeholder={nameOf({ id: node.id })}
            maxLength={128}
            onChange={(event) =>
              open.document.apply(renameNode(node.id, event.currentTarget.value), `name:${node.id}`)
            }
          />
          {kind.config ? (
            <PartsControl
              schema={kind.config}
              value={node.config}
              path=""
              set={(next) => {
                const config = next as Values;
                const changed = Object.keys({ ...node.config, ...config }).filter(
                  (name) => node.config[name] !== config[name],
                );
                const change = configure(node.id, config, node.version);
                open.document.apply(...take(change, `config:${node.id}:${changed}`));
              }}
            />
          ) : (
            <p>{t("node.unknownHelp")}</p>
          )}
          <Advanced open={open} flow={flow} node={node} />
        </div>
      </Section>
    </FormContext>
  );
}

/** Goes to the control of a setting, or to the nearest around it. */
function focusSetting(form: HTMLElement, path: string) {
  for (let at = path; at !== ""; at = at.replace(/(\.|\[)[^.[]*$|^[^.[]*$/, "")) {
    const found = form.querySelector<HTMLElement>(`[data-path="${CSS.escape(at)}"]`);
    if (!found) continue;
    const focusable = "input, select, textarea, button";
    const target = found.matches(focusable) ? found : found.querySelector<HTMLElement>(focusable);
    target?.focus();
    target?.scrollIntoView({ block: "center" });
    return;
  }
}

/** Where messages go from here, and the way to connect without dragging. */
function Connections({ open, kinds, flow, node }: Omit<FormProps, "kind">) {
  const outputs = outputsAt(node, flow, kinds);
  if (outputs.length === 0) return null;
  return (
    <Section title={t("node.connections")}>
      <ul className={classes.connections}>
        {outputs.map((output) => {
          const edges = flow.edges.filter(
            (edge) => edge.from === node.id && outputOf(edge, flow, kinds) === output.name,
          );
          return (
            <li key={output.name}>
              <span>{output.title}</span>
              {edges.map((edge) => (
                <Way
                  key={edge.to}
                  name={nameIn(flow, edge.to)}
                  remove={() => open.document.apply(remove({ edges: [edge] }))}
                />
              ))}
              {!output.missing && (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  leftSection={<LinkIcon size={14} />}
                  aria-label={t("node.connectFrom", { output: output.title })}
                  onClick={() => openDialog({ type: "connect", node: node.id, output: output.name })}
                >
                  {t("action.connect")}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

function Way({ name, remove }: { name: string; remove: () => void }) {
  return (
    <span className={classes.way}>
      → <strong>{name}</strong>
      <button type="button" aria-label={t("node.disconnect", { name })} onClick={remove}>
        <CloseIcon size={14} />
      </button>
    </span>
  );
}

function Traffic({ node }: { node: string }) {
  const incoming = useNodeRate(node);
  const errors = useNodeErrors(node);
  if (incoming === undefined) return null;
  return (
    <Section title={t("node.now")}>
      <dl className={classes.traffic}>
        <div>
          <dt>{t("node.in")}</dt>
          <dd>{rate(incoming)}</dd>
        </div>
        {errors > 0 && (
          <div data-bad>
            <dt>{t("node.failed")}</dt>
            <dd>{t("count.messages", { count: errors })}</dd>
          </div>
        )}
      </dl>
    </Section>
  );
}
