import type { Candidate } from "../model/candidate.ts";
import type { DeviceContext } from "../model/device.ts";
import type { DeployedFlow, Deployment, Flow } from "../model/flow.ts";
import { type Rekey, rekeyBy } from "../nodes/by.ts";
import { type Given, type Node, outputsOf } from "../nodes/kind.ts";
import { kindByName } from "../nodes/kinds.ts";
import { compileTables } from "../nodes/lookup.ts";
import { NamedConditions } from "../rules/named-conditions.ts";
import { compilePayload, type PayloadCheck } from "../rules/payload.ts";
import { compileCohort } from "./cohort.ts";
import { makeNode } from "./make-node.ts";

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
  /** What it would remember is not what the running version remembers under its ref: it remembers nothing. */
  forgets: boolean;
}
/** A node of a flow that runs. */
export interface PlanPlace {
  flow: FlowPlan;
  node: PlanNode;
}
export interface FlowPlan {
  id: string;
  version: number;
  definition: Flow;
  /** A replay brought it: it takes the messages of that replay alone. */
  isBrought?: true;
  /** Id of the candidate that it is; left out: it is live. */
  candidate?: number;
  /** Of a canary: the version that the other devices have. */
  beside?: number;
  nodes: PlanNode[];
  edges: PlanEdge[];
  sources: PlanNode[];
  /** The version that some devices have in place of this one. */
  canary?: Canary;
}
export interface Canary {
  flow: FlowPlan;
  takes(device: DeviceContext): boolean;
  placeByRef: Map<string, PlanPlace>;
}
/** A version that runs beside the live one, with state of its own. */
export interface ShadowPlan extends FlowPlan {
  candidate: number;
  /** `<flow>~<candidate>`: what its refs begin with. */
  prefix: string;
  /** What it does so long before or after the live version counts as the same thing, ms. */
  withinMs: number;
}
/** Flows ready to run. Holds no state: one plan may serve many lanes. */
export interface Plan {
  /** Those that messages of devices enter. */
  flows: FlowPlan[];
  /** All of them, also those that only other flows hand messages to. */
  flowById: Map<string, FlowPlan>;
  /** Nodes of the live versions and of shadows. */
  nodeByRef: Map<string, PlanPlace>;
  shadows: ShadowPlan[];
  hasCanaries: boolean;
  /** Flows that could not be made ready, with the reason. */
  broken: { flow: string; version: number; message: string }[];
  /** By profile: what telemetry of its devices must keep to. */
  payloads: Map<string, PayloadCheck>;
  given: Given;
  /** Versions that replays brought, once made ready; see brought.ts. */
  brought: Map<string, FlowPlan>;
}

/** Turns flows that passed validation into a plan. A flow that fails all the same is left out and named in `broken`. */
export function compilePlan(
  flows: readonly DeployedFlow[],
  { payloads = {}, tables, candidates = [] }: Pick<Deployment, "payloads" | "tables" | "candidates"> = {},
): Plan {
  const plan: Plan = {
    flows: [],
    flowById: new Map(),
    nodeByRef: new Map(),
    shadows: [],
    hasCanaries: false,
    broken: [],
    payloads: new Map(),
    given: { tables: compileTables(tables) },
    brought: new Map(),
  };
  for (const [profile, payload] of Object.entries(payloads))
    plan.payloads.set(profile, compilePayload(profile, payload));
  const { given } = plan;
  const add = (deployed: DeployedFlow, compile: () => void) => {
    try {
      compile();
    } catch (error) {
      const { id } = deployed.definition;
      plan.broken.push({ flow: id, version: deployed.version, message: (error as Error).message });
    }
  };
  for (const deployed of flows)
    add(deployed, () => {
      const flow = compileFlow(deployed, given);
      plan.flows.push(flow);
      plan.flowById.set(flow.id, flow);
      for (const node of flow.nodes) plan.nodeByRef.set(node.ref, { flow, node });
    });
  for (const candidate of candidates) add(candidate, () => addCandidate(plan, candidate, given));
  return plan;
}

/** One that cannot be made ready throws: the live version then stays with all devices. */
function addCandidate(plan: Plan, candidate: Candidate, given: Given) {
  const { id, mode, definition, devices, withinMs = 0 } = candidate;
  if (mode === "shadow") {
    const prefix = shadowPrefix(definition.id, id);
    const flow: ShadowPlan = { ...compileFlow(candidate, given, prefix), candidate: id, prefix, withinMs };
    plan.shadows.push(flow);
    for (const node of flow.nodes) plan.nodeByRef.set(node.ref, { flow, node });
    return;
  }
  const live = plan.flowById.get(definition.id);
  if (!live || !devices) return;
  const flow = { ...compileFlow(candidate, given), candidate: id, beside: live.version };
  const placeByRef = new Map(flow.nodes.map((node) => [node.ref, { flow, node }]));
  live.canary = { flow, placeByRef, takes: compileCohort(definition.id, devices) };
  plan.hasCanaries = true;
}

export const isShadow = (flow: FlowPlan): flow is ShadowPlan => "prefix" in flow;

/** Ids of flows have no `~`, so state under it is nobody else's. */
export const shadowPrefix = (flow: string, candidate: number) => `${flow}~${candidate}`;

/** `at`: what refs begin with. */
export function compileFlow(
  { version, definition }: DeployedFlow,
  given: Given,
  at = definition.id,
): FlowPlan {
  const flow: FlowPlan = { id: definition.id, version, definition, nodes: [], edges: [], sources: [] };
  const conditions = new NamedConditions(definition.conditions);
  const byId = new Map<string, { plan: PlanNode; onlyOutput: string | undefined }>();
  for (const written of definition.nodes) {
    const { id, kind: name } = written;
    const kind = kindByName(name);
    if (!kind) throw new Error(`Node "${id}" is of the unknown kind "${name}".`);
    const made = makeNode(written, kind, conditions, given);
    if (made.problems) throw new Error(made.problems[0]!.message);
    const { config } = made;
    const outputs = outputsOf(kind, config);
    const node: PlanNode = {
      id,
      ref: `${at}/${id}`,
      tag: `${name}@${kind.version}`,
      index: flow.nodes.length,
      node: made.node,
      rekey: kind.groupsBy && rekeyBy(kind.groupsBy(config)),
      outputs: new Map(),
      handsTo: kind.handsTo === undefined ? undefined : String(config[kind.handsTo]),
      forgets: false,
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
