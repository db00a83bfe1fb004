import type { Effect, ForwardEffect, FromNode, Wish } from "../model/effect.ts";
import type { Message, ReachedAs } from "../model/message.ts";
import { isKey } from "../nodes/by.ts";
import type { Node, Step } from "../nodes/kind.ts";
import { seenBy } from "./candidates.ts";
import { causeOf } from "./cause.ts";
import { type FlowPlan, isShadow, type PlanNode } from "./compile.ts";
import type { UploadEntry } from "./entry.ts";
import { forward, uploadOf } from "./forward.ts";
import { type Input, idOf, timeOf, valuesOf } from "./input.ts";
import { deadLetter, nextEffectId, nodeState, type Run, standIn, type TraceStep, touch } from "./outcome.ts";
import { pathOf, type Trail } from "./trail.ts";

/** Lets `node` evaluate the input, notes what it wants, and follows its outputs. `trail`: the visits before it. */
export function visit(
  run: Run,
  flow: FlowPlan,
  node: PlanNode,
  input: Input,
  trail: Trail | undefined,
  alarmId: string | undefined,
  entry: UploadEntry | ForwardEffect | undefined,
) {
  const counts = countsOf(run, flow);
  if (node.rekey && "values" in input) {
    let keyed: Message;
    try {
      keyed = node.rekey(input);
    } catch (error) {
      counts.nodes[node.index]!++;
      counts.errors[node.index]!++;
      failed(run, flow, node, input, undefined, error as Error, entry);
      return;
    }
    if (keyed !== input) {
      const sender = entry?.type === "forward" ? entry.sender : input.device.id;
      const replayOf = entry?.type === "forward" ? entry.replayOf : entry?.replay?.letter;
      forward(run, flow, node, keyed, { sender, path: pathOf(trail, flow), alarmId, replayOf });
      return;
    }
  }
  if (!("watched" in input)) counts.nodes[node.index]!++;
  const device = input.device.id;
  const before = nodeState(run, device, node);
  run.options.step?.();
  let step: Step;
  try {
    step = turn(node.node, input, before?.s);
  } catch (error) {
    counts.errors[node.index]!++;
    // A wake is used up whether or not it went well; left there, it would come again at once and for ever.
    if ("tick" in input) keep(run, device, node, before, {}, true, flow.candidate);
    failed(run, flow, node, input, before?.s, error as Error, entry);
    return;
  }
  keep(run, device, node, before, step, "tick" in input, flow.candidate);
  const raised = step.wishes
    ? wish(run, flow, node, input, before?.s, trail, alarmId, step.wishes)
    : undefined;
  // What is only watched concerns the node when something comes of it.
  if ("watched" in input && !step.out?.length && step.state === undefined) return;
  run.outcome.trace?.push({
    message: idOf(input),
    device: input.device,
    flow: flow.id,
    version: flow.version,
    node: node.id,
    in: shown(input),
    out: (step.out ?? []).map(([output, message]) => [output, message]),
    state: { before: before?.s, after: nodeState(run, device, node)?.s },
  });
  // A replay goes on from this node, so what could not be handed over does not go on by `out` either.
  if (step.handOver) {
    const [state, left] = [before?.s, step.handOver];
    const here = { before: trail, flow, node, input, state, output: undefined, left, told: undefined };
    if (!handOver(run, flow, node, step.handOver, here, raised ?? alarmId, entry)) return;
  }
  if (!step.out || step.out.length === 0) return;
  for (const [output, message] of step.out) {
    const edges = node.outputs.get(output);
    if (!edges) continue;
    const here = {
      before: trail,
      flow,
      node,
      input,
      state: before?.s,
      output,
      left: message,
      told: undefined,
    };
    for (const edge of edges) {
      counts.edges[edge.index]!++;
      visit(run, flow, edge.target, message, here, raised ?? alarmId, entry);
    }
  }
}

function turn(node: Node, input: Input, state: unknown): Step {
  if ("tick" in input) return node.tick!(input.tick, input.device, state);
  if ("result" in input) return node.result!(input.result, input.at, input.device, state);
  if ("watched" in input) return node.watch!(input.watched, state);
  return node.evaluate(input, state);
}

/** Lets the inputs of another flow take the message. Where that flow does not run, it becomes a dead letter: false. */
function handOver(
  run: Run,
  from: FlowPlan,
  node: PlanNode,
  message: Message,
  trail: Trail,
  alarmId: string | undefined,
  entry: UploadEntry | ForwardEffect | undefined,
): boolean {
  // What a shadow hands over would come out of a flow that is none.
  if (isShadow(from)) return true;
  const flow = run.plan.flowById.get(node.handsTo!);
  if (!flow) {
    const missing = new Error(`The flow "${node.handsTo}" does not run; deploy it, or take the node out.`);
    countsOf(run, from).errors[node.index]!++;
    failed(run, from, node, message, undefined, missing, entry);
    return false;
  }
  const { id, device, type, ts, arrivedAt, values } = message;
  const handed: Message = { id, device, type, ts, arrivedAt, values, via: from.id };
  const seen = seenBy(flow, device);
  for (const source of seen.sources) visit(run, seen, source, handed, trail, alarmId, entry);
  if (run.shadow)
    for (const shadow of run.plan.shadows)
      if (shadow.id === flow.id)
        for (const source of shadow.sources) visit(run.shadow, shadow, source, handed, trail, alarmId, entry);
  return true;
}

function shown(input: Input): TraceStep["in"] {
  if ("tick" in input) return { tick: input.tick };
  if ("result" in input) return { result: input.result, at: input.at };
  return "watched" in input ? input.watched : input;
}

/** The input as a replay of it sends it. */
function reached(input: Input): { upload: ReachedAs; payload: string } {
  if ("tick" in input) return { upload: "tick", payload: JSON.stringify({ tick: input.tick }) };
  if ("result" in input)
    return { upload: "result", payload: JSON.stringify({ at: input.at, result: input.result }) };
  const { type, ts, values } = "watched" in input ? input.watched : input;
  return { upload: "watched" in input ? "watched" : type, payload: JSON.stringify({ ts, values }) };
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
  canary: number | undefined,
) {
  if (node.forgets) return;
  // A tick that sets no new wake has used up the old one.
  const wakeAt = step.wakeAt === undefined ? (ticked ? null : (before?.w ?? null)) : step.wakeAt;
  const watches = step.watches ?? before?.o === 1;
  const changes = watches !== (before?.o === 1);
  const changed = step.state !== undefined || wakeAt !== (before?.w ?? null) || changes;
  if (!changed) return;
  const key = touch(run, device);
  const s = step.state === undefined ? before?.s : step.state;
  if ((s === null || s === undefined) && wakeAt === null && !watches) delete key.n[node.ref];
  else key.n[node.ref] = { k: node.tag, s: s ?? undefined, w: wakeAt ?? undefined };
  if (watches) key.n[node.ref]!.o = 1;
  if (canary !== undefined && isKey(device) && key.n[node.ref]) key.n[node.ref]!.c = canary;
  if (!changes) return;
  const others = (key.o ?? []).filter((ref) => ref !== node.ref);
  key.o = watches ? [...others, node.ref] : others;
  if (key.o.length === 0) delete key.o;
}

/** Turns wishes into effects; gives back the id of an alarm raised. */
function wish(
  run: Run,
  flow: FlowPlan,
  node: PlanNode,
  input: Input,
  state: unknown,
  trail: Trail | undefined,
  alarmId: string | undefined,
  wishes: readonly Wish[],
): string | undefined {
  let raised = alarmId;
  const at = timeOf(input);
  const cause = (wish: Wish) => causeOf(trail, { flow, node, input, state, wish });
  for (const wish of wishes) {
    if (wish.type === "point") {
      const { measurement, tags, fields, ts } = wish;
      run.outcome.points.push({ measurement, tags, fields, ts });
      continue;
    }
    const origin: FromNode = {
      id: nextEffectId(run),
      device: input.device.id,
      at,
      flow: flow.id,
      version: flow.version,
      node: node.id,
    };
    if (flow.candidate !== undefined) origin.candidate = flow.candidate;
    let effect: Effect;
    switch (wish.type) {
      case "raise":
        raised = origin.id;
        effect = {
          ...origin,
          ...wish,
          deviceName: input.device.name,
          cause: cause(wish),
        };
        break;
      case "update":
      case "clear":
        effect = { ...origin, ...wish, cause: cause(wish) };
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
        effect = { ...origin, ...wish, ...(raised && { alarmId: raised }), cause: cause(wish) };
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
  entry: UploadEntry | ForwardEffect | undefined,
) {
  run.outcome.trace?.push({
    message: idOf(input),
    device: input.device,
    flow: flow.id,
    version: flow.version,
    node: node.id,
    in: shown(input),
    out: [],
    state: { before: state, after: state },
    error: error.message,
  });
  const where = {
    flow: flow.id,
    version: flow.version,
    node: node.id,
    ...(flow.candidate !== undefined && { candidate: flow.candidate }),
    ...reached(input),
  };
  // A tick and what happened have no bytes of their own; what the node was woken with stands in for them.
  const content = "tick" in input ? { tick: input.tick } : valuesOf(input);
  const at = "arrivedAt" in input ? input.arrivedAt : timeOf(input);
  const upload =
    entry?.type === "forward" ? uploadOf(entry) : (entry ?? standIn(input.device.id, at, content));
  // What is grouped by a key goes on from the key.
  const source = { ...upload, device: input.device.id };
  deadLetter(run, source, "node_failed", `Node "${node.id}" failed: ${error.message}`, where);
}
