import type { Flow } from "../../../engine/model/flow.ts";
import { Panel, Section } from "../ui/panel.tsx";
import { Prose } from "../ui/prose.tsx";
import { count, rate } from "../ui/words.ts";
import { kindOf, outputOf } from "./graph.ts";
import { GroupIcon } from "./group-icon.tsx";
import { describe, type KindInfo, type Kinds, useKinds } from "./kinds.ts";
import classes from "./node-panel.module.css";
import { type FlowSummary, useDefinition, useFlows } from "./queries.ts";
import { useEdgeRate, useNodeErrors, useNodeRate, WhileRunning } from "./rates.tsx";
import { Settings } from "./settings.tsx";

interface NodePanelProps {
  flow: string;
  node: string;
  close: () => void;
}

/** What a node does, how it is set, and how much passes. */
export function NodePanel({ flow, node, close }: NodePanelProps) {
  const summary = useFlows().data?.find(({ id }) => id === flow);
  return summary && <Loaded summary={summary} node={node} close={close} />;
}

function Loaded({ summary, node: id, close }: Omit<NodePanelProps, "flow"> & { summary: FlowSummary }) {
  const flow = useDefinition(summary).data;
  const kinds = useKinds().data;
  const node = flow?.nodes.find((each) => each.id === id);
  if (!flow || !kinds || !node) return null;
  const kind = kindOf(node, kinds);
  return (
    <Panel
      title={node.name ?? node.id}
      subtitle={`${kind.title}: ${describe(node)}`}
      icon={<GroupIcon group={kind.group} size={40} />}
      close={close}
    >
      <WhileRunning flow={summary.id} version={summary.live}>
        <Traffic flow={flow} kinds={kinds} node={id} kind={kind} />
      </WhileRunning>
      <Section title="Settings">
        <Settings node={node} />
      </Section>
      <Section title="What it does">
        <p className={classes.lead}>{kind.summary}</p>
        <Prose>{kind.help}</Prose>
      </Section>
    </Panel>
  );
}

function Traffic({ flow, kinds, node, kind }: { flow: Flow; kinds: Kinds; node: string; kind: KindInfo }) {
  const incoming = useNodeRate(node);
  const errors = useNodeErrors(node);
  if (incoming === undefined) return null;
  const leaving = flow.edges.filter((edge) => edge.from === node);
  return (
    <Section title="Right now">
      <dl className={classes.traffic}>
        <div>
          <dt>Messages in</dt>
          <dd>{rate(incoming)}</dd>
        </div>
        {leaving.map((edge) => {
          const output = outputOf(edge, flow, kinds);
          const title = kind.outputs.find((each) => each.name === output)?.title ?? output;
          const to = flow.nodes.find((each) => each.id === edge.to)?.name ?? edge.to;
          const rateKey = `${node}:${output}>${edge.to}`;
          return <Leaving key={rateKey} rateKey={rateKey} label={`${title} to ${to}`} />;
        })}
        {errors > 0 && (
          <div data-bad>
            <dt>Failed since this page was opened</dt>
            <dd>{count(errors, "message")}</dd>
          </div>
        )}
      </dl>
    </Section>
  );
}

function Leaving({ rateKey, label }: { rateKey: string; label: string }) {
  const perSecond = useEdgeRate(rateKey) ?? 0;
  return (
    <div>
      <dt>{label}</dt>
      <dd>{rate(perSecond)}</dd>
    </div>
  );
}
