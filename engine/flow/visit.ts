import type { Effect, Wish } from "../model/effect.ts";
import type { Message } from "../model/message.ts";
import type { Values } from "../model/value.ts";
import type { Step } from "../nodes/kind.ts";
import type { FlowPlan, PlanNode } from "./compile.ts";
import type { UploadEntry } from "./entry.ts";
import { deadLetter, nextEffectId, nodeState, type Run, touch } from "./outcome.ts";

/** A message, or the tick that wakes a node for a device. */
type Input = Message | { tick: number; device: Message["device"] };

/** Lets `node` evaluate the input, notes what it wants, and follows its outputs. `path`: ids of the nodes before it. */
export function visit(
  run: Run,
  flow: FlowPlan,
  node: PlanNode,
  input: Input,
  path: readonly string[],
  alarmId: string | undefined,
  entry: UploadEntry | undefined,
) {
  const counts = countsOf(run, flow);
  counts.nodes[node.index]!++;
  const device = input.device.id;
  const before = nodeState(run, device, node);
  let step: Step;
  try {
    step =
      "tick" in input
        ? node.node.tick!(input.tick, input.device, before?.s)
        : node.node.evaluate(input, before?.s);
  } catch (error) {
    counts.errors[node.index]!++;
    // A wake is used up whether or not it went well; left there, it would come again at once and for ever.
    if ("tick" in input) keep(run, device, node, before, {}, true);
    failed(run, flow, node, input, before?.s, error as Error, entry);
    return;
  }
  keep(run, device, node, before, step, "tick" in input);
  const raised = step.wishes ? wish(run, flow, node, input, path, alarmId, step.wishes) : undefined;
  run.outcome.trace?.push({
    message: idOf(input),
    flow: flow.id,
    node: node.id,
    in: "tick" in input ? { tick: input.tick } : input,
    out: (step.out ?? []).map(([output, message]) => [output, message]),
    state: { before: before?.s, after: nodeState(run, device, node)?.s },
  });
  if (step.handOver) handOver(run, flow, node, step.handOver, raised ?? alarmId, entry);
  if (!step.out || step.out.length === 0) return;
  const onward = [...path, node.id];
  for (const [output, message] of step.out) {
    const edges = node.outputs.get(output);
    if (!edges) continue;
    for (const edge of edges) {
      counts.edges[edge.index]!++;
      visit(run, flow, edge.target, message, onward, raised ?? alarmId, entry);
    }
  }
}

/** Lets the inputs of another flow take the message. Where that flow does not run, it becomes a dead letter. */
function handOver(
  run: Run,
  from: FlowPlan,
  node: PlanNode,
  message: Message,
  alarmId: string | undefined,
  entry: UploadEntry | undefined,
) {
  const flow = run.plan.flowById.get(node.handsTo!);
  if (!flow) {
    const missing = new Error(`The flow "${node.handsTo}" does not run; deploy it, or take the node out.`);
    countsOf(run, from).errors[node.index]!++;
    return failed(run, from, node, message, undefined, missing, entry);
  }
  const { id, device, type, ts, arrivedAt, values } = message;
  const handed: Message = { id, device, type, ts, arrivedAt, values, via: from.id };
  for (const source of flow.sources) visit(run, flow, source, handed, [], alarmId, entry);
}

function idOf(input: Input): string {
  return "tick" in input ? `tick ${input.tick}` : input.id;
}

function countsOf(run: Run, flow: FlowPlan) {
  const known = run.outcome.counts.get(flow);
  if (known) return known;
  const counts = {
    edges: new Uint32Array(flow.edges.length),
    nodes: new Uint32Array(flow.nodes.length),
    errors: new Uint32Array(flow.nodes.length),
  };
  run.outcome.counts.set(flow, counts);
  return counts;
}

function keep(
  run: Run,
  device: string,
  node: PlanNode,
  before: ReturnType<typeof nodeState>,
  step: Step,
  ticked: boolean,
) {
  // A tick that sets no new wake has used up the old one.
  const wakeAt = step.wakeAt === undefined ? (ticked ? null : (before?.w ?? null)) : step.wakeAt;
  const changed = step.state !== undefined || wakeAt !== (before?.w ?? null);
  if (!changed) return;
  const key = touch(run, device);
  const s = step.state === undefined ? before?.s : step.state;
  if ((s === null || s === undefined) && wakeAt === null) delete key.n[node.ref];
  else key.n[node.ref] = { k: node.tag, s: s ?? undefined, w: wakeAt ?? undefined };
}

/** Turns wishes into effects; gives back the id of an alarm raised. */
function wish(
  run: Run,
  flow: FlowPlan,
  node: PlanNode,
  input: Input,
  path: readonly string[],
  alarmId: string | undefined,
  wishes: readonly Wish[],
): string | undefined {
  let raised = alarmId;
  const at = "tick" in input ? input.tick : input.ts;
  for (const wish of wishes) {
    if (wish.type === "point") {
      const { measurement, tags, fields, ts } = wish;
      run.outcome.points.push({ measurement, tags, fields, ts });
      continue;
    }
    const origin = {
      id: nextEffectId(run),
      device: input.device.id,
      at,
      flow: flow.id,
      version: flow.version,
      node: node.id,
    };
    let effect: Effect;
    switch (wish.type) {
      case "raise":
        raised = origin.id;
        effect = {
          ...origin,
          ...wish,
          deviceName: input.device.name,
          cause: {
            message: idOf(input),
            ts: new Date(at).toISOString(),
            values: "tick" in input ? ({} satisfies Values) : input.values,
            path: [...path, node.id],
            version: flow.version,
          },
        };
        break;
      case "update":
      case "clear":
        effect = { ...origin, ...wish };
        break;
      case "notify":
        effect = {
          ...origin,
          ...wish,
          deviceName: input.device.name,
          ...(raised && { alarmId: raised }),
        };
        break;
      case "command":
        effect = { ...origin, ...wish, ...(raised && { alarmId: raised }) };
        break;
      default:
        throw wish satisfies never;
    }
    run.outcome.effects.push(effect);
  }
  return raised;
}

function failed(
  run: Run,
  flow: FlowPlan,
  node: PlanNode,
  input: Input,
  state: unknown,
  error: Error,
  entry: UploadEntry | undefined,
) {
  run.outcome.trace?.push({
    message: idOf(input),
    flow: flow.id,
    node: node.id,
    in: "tick" in input ? { tick: input.tick } : input,
    out: [],
    state: { before: state, after: state },
    error: error.message,
  });
  const where = { flow: flow.id, version: flow.version, node: node.id };
  // A tick has no bytes of its own; what the node was woken with stands in for them.
  const source: UploadEntry = entry ?? {
    type: "upload",
    device: input.device.id,
    upload: "telemetry",
    arrivedAt: "tick" in input ? input.tick : input.arrivedAt,
    payload: JSON.stringify("tick" in input ? { tick: input.tick } : input.values),
    binary: false,
    id: "",
    checkId: false,
  };
  deadLetter(run, source, "node_failed", `Node "${node.id}" failed: ${error.message}`, where);
}
