import type { DeployedFlow, Deployment } from "../model/flow.ts";
import type { Values } from "../model/value.ts";
import { type Rekey, rekeyBy } from "../nodes/by.ts";
import { type Given, type Node, outputsOf, presentConfig } from "../nodes/kind.ts";
import { kindByName } from "../nodes/kinds.ts";
import { compileTables } from "../nodes/lookup.ts";
import { compilePayload, type PayloadCheck } from "../rules/payload.ts";

export interface PlanEdge {
  /** `<from>:<output>><to>` */
  key: string;
  index: number;
  target: PlanNode;
}
export interface PlanNode {
  id: string;
  /** `<flow>/<node>`: where its state is kept. */
  ref: string;
  /** `<kind>@<version>`: state with another tag is not this node's. */
  tag: string;
  index: number;
  node: Node;
  /** Where it groups by something else than the device. */
  rekey?: Rekey | undefined;
  outputs: Map<string, PlanEdge[]>;
  /** Id of the flow that it hands messages to. */
  handsTo?: string | undefined;
}
export interface FlowPlan {
  id: string;
  version: number;
  nodes: PlanNode[];
  edges: PlanEdge[];
  sources: PlanNode[];
}
/** Flows ready to run. Holds no state: one plan may serve many lanes. */
export interface Plan {
  /** Those that messages of devices enter. */
  flows: FlowPlan[];
  /** All of them, also those that only other flows hand messages to. */
  flowById: Map<string, FlowPlan>;
  nodeByRef: Map<string, { flow: FlowPlan; node: PlanNode }>;
  /** Flows that could not be made ready, with the reason. */
  broken: { flow: string; version: number; message: string }[];
  /** By profile: what telemetry of its devices must keep to. */
  payloads: Map<string, PayloadCheck>;
}

/** Turns flows that passed validation into a plan. A flow that fails all the same is left out and named in `broken`. */
export function compilePlan(
  flows: readonly DeployedFlow[],
  { payloads = {}, tables }: Pick<Deployment, "payloads" | "tables"> = {},
): Plan {
  const plan: Plan = {
    flows: [],
    flowById: new Map(),
    nodeByRef: new Map(),
    broken: [],
    payloads: new Map(),
  };
  for (const [profile, payload] of Object.entries(payloads))
    plan.payloads.set(profile, compilePayload(profile, payload));
  const given = { tables: compileTables(tables) };
  for (const deployed of flows) {
    try {
      const flow = compileFlow(deployed, given);
      plan.flows.push(flow);
      plan.flowById.set(flow.id, flow);
      for (const node of flow.nodes) plan.nodeByRef.set(node.ref, { flow, node });
    } catch (error) {
      const { id } = deployed.definition;
      plan.broken.push({ flow: id, version: deployed.version, message: (error as Error).message });
    }
  }
  return plan;
}

function compileFlow({ version, definition }: DeployedFlow, given: Given): FlowPlan {
  const flow: FlowPlan = { id: definition.id, version, nodes: [], edges: [], sources: [] };
  const byId = new Map<string, { plan: PlanNode; onlyOutput: string | undefined }>();
  for (const { id, kind: name, config: written, version } of definition.nodes) {
    const kind = kindByName(name);
    if (!kind) throw new Error(`Node "${id}" is of the unknown kind "${name}".`);
    const config = kind.config.parse(presentConfig(kind, { config: written, version })) as Values;
    const outputs = outputsOf(kind, config);
    const node: PlanNode = {
      id,
      ref: `${definition.id}/${id}`,
      tag: `${name}@${kind.version}`,
      index: flow.nodes.length,
      node: kind.create(config, given),
      rekey: kind.groupsBy && rekeyBy(kind.groupsBy(config)),
      outputs: new Map(),
      handsTo: kind.handsTo === undefined ? undefined : String(config[kind.handsTo]),
    };
    flow.nodes.push(node);
    if (kind.source) flow.sources.push(node);
    byId.set(id, { plan: node, onlyOutput: outputs.length === 1 ? outputs[0]?.name : undefined });
  }
  for (const edge of definition.edges) {
    const from = byId.get(edge.from);
    const target = byId.get(edge.to)?.plan;
    const output = edge.output ?? from?.onlyOutput;
    if (!from || !target || !output)
      throw new Error(`The edge from "${edge.from}" to "${edge.to}" leads nowhere.`);
    const planned = { key: `${edge.from}:${output}>${edge.to}`, index: flow.edges.length, target };
    flow.edges.push(planned);
    const edges = from.plan.outputs.get(output);
    if (edges) edges.push(planned);
    else from.plan.outputs.set(output, [planned]);
  }
  return flow;
}
