import type { Deployment } from "../model/flow.ts";
import type { Message } from "../model/message.ts";
import type { PayloadCheck } from "../rules/payload.ts";
import { placeOfTick } from "./candidates.ts";
import { enter, sideOf } from "./enter.ts";
import type { AlarmClearedEntry, Entry, UploadEntry } from "./entry.ts";
import { event, result, watched } from "./events.ts";
import { uploadOf } from "./forward.ts";
import {
  type Condemned,
  contextOf,
  deadLetter,
  nextEffectId,
  type Outcome,
  type Run,
  type RunOptions,
  touch,
  unknownDevice,
} from "./outcome.ts";
import { type Reading, readAttributes, readTelemetry } from "./readings.ts";
import { forget, isTaken, receive } from "./receive.ts";
import { replay } from "./replay.ts";
import { beginShadows, shadowOf } from "./shadow.ts";
import { compareShadows } from "./shadow-comparison.ts";
import { earliestWake, idLength, type LaneState, type NodeState, ringSize } from "./state.ts";
import { visit } from "./visit.ts";
import { isDue } from "./wakes.ts";

/**
 * Evaluates entries in order: `(plan, state, batch) -> outcome`. Pure: the same arguments give the same outcome,
 * however the entries are cut into batches, and `state` is left as it was.
 */
export function run(options: RunOptions, state: LaneState, entries: Iterable<Entry>): Outcome {
  const outcome: Outcome = {
    sequence: state.sequence,
    keys: new Map(),
    recent: new Map(),
    contexts: new Map(),
    received: new Map(),
    effects: [],
    points: [],
    counts: new Map(),
    messages: 0,
    repeated: 0,
  };
  if (options.trace) outcome.trace = [];
  const run: Run = { options, state, outcome, plan: options.plan, effectCount: 0 };
  let place = 0;
  let shadow: Run | undefined;
  for (const entry of entries) {
    outcome.sequence++;
    run.effectCount = 0;
    const isTraced = options.traced?.has(place++) ?? false;
    if (isTraced) outcome.trace = [];
    if (run.plan.shadows.length > 0 && !isResumed(entry)) run.shadow = shadow = shadowOf(run, shadow);
    const from = outcome.effects.length;
    if (options.condemned && outcome.sequence === state.sequence + options.condemned.index + 1)
      condemn(run, entry, options.condemned);
    else take(run, entry);
    if (run.shadow) compareShadows(run, run.shadow, entry, from);
    run.shadow = undefined;
    if (isTraced && outcome.trace) {
      outcome.traces ??= [];
      outcome.traces.push(outcome.trace);
      outcome.trace = undefined;
    }
  }
  return outcome;
}

/** It goes on from a node that failed in the live version, and that shadows came by in their own way. */
const isResumed = (entry: Entry) => entry.type === "replay" && entry.node !== undefined;

function take(run: Run, entry: Entry) {
  switch (entry.type) {
    case "upload":
      return upload(run, entry);
    case "forward":
      return receive(run, entry);
    case "replay":
      return replay(run, entry, upload);
    case "tick":
      return tick(run, entry.at);
    case "deploy":
      return deploy(run, entry.deployment);
    case "alarm-cleared": {
      clearAlarm(run, entry, `${entry.flow}/${entry.node}`);
      // Else the shadow alone would not raise it anew.
      for (const { id, prefix } of run.plan.shadows)
        if (id === entry.flow) clearAlarm(run, entry, `${prefix}/${entry.node}`);
      return;
    }
    case "event":
      return event(run, entry);
    case "result":
      return result(run, entry);
    default:
      entry satisfies never;
  }
}

function clearAlarm(run: Run, { device, alarm = "" }: AlarmClearedEntry, ref: string) {
  const nodes = touch(run, device).n;
  const at = nodes[ref];
  const context = run.outcome.contexts.get(device) ?? run.state.contexts.get(device);
  const place = context ? placeOfTick(run.plan, ref, context, at?.c) : run.plan.nodeByRef.get(ref);
  const kept = at && place?.node.node.cleared?.(alarm, at.s);
  if (at && kept !== undefined && kept !== null) nodes[ref] = { k: at.k, s: kept, w: at.w };
  else delete nodes[ref];
}

/** Takes the entry for done without evaluating it. */
function condemn(run: Run, entry: Entry, condemned: Condemned) {
  if (entry.type === "upload") return upload(run, entry, condemned);
  if (entry.type === "replay")
    return replay(run, entry, (run, entry) => upload(run, entry, condemned), condemned);
  // A tick has no bytes; the wakes that it would have met are used up, or it would come again for ever.
  if (entry.type === "tick")
    for (const device of run.state.wakes.due(entry.at)) {
      const { n } = touch(run, device);
      for (const ref in n) if ((n[ref]!.w ?? Number.POSITIVE_INFINITY) <= entry.at) delete n[ref];
    }
  const { reason, message } = condemned;
  if (entry.type === "forward") {
    if (!isTaken(run, entry)) deadLetter(run, uploadOf(entry), reason, message);
    return;
  }
  run.outcome.effects.push({
    type: "dead-letter",
    id: nextEffectId(run),
    device: "device" in entry ? entry.device : "",
    at: "at" in entry ? entry.at : 0,
    reason,
    message: `${message} (${entry.type})`,
    raw: "",
  });
}

function upload(run: Run, entry: UploadEntry, condemned?: Condemned) {
  const { outcome } = run;
  outcome.messages++;
  const device = contextOf(run, entry);
  if (entry.id && isRepeated(run, entry)) {
    outcome.repeated++;
    return;
  }
  if (condemned) return deadLetter(run, entry, condemned.reason, condemned.message);
  if (entry.problem) return deadLetter(run, entry, entry.problem.code, entry.problem.message);
  if (!device) return deadLetter(run, entry, ...unknownDevice);
  if (entry.binary)
    return deadLetter(run, entry, "invalid_text", "The payload is not UTF-8 text; send JSON in UTF-8.");

  const readings = readingsOf(run, entry);
  if (!readings) return;
  const violation =
    entry.upload === "telemetry" && violationIn(readings, run.plan.payloads.get(device.profile));
  if (violation) return deadLetter(run, entry, "schema_violation", violation);
  if (run.shadow) beginShadows(run, device.id);
  const sole = readings.length === 1;
  const id = `${run.options.lane}:${outcome.sequence}`;
  for (let i = 0; i < readings.length; i++) {
    const { ts, values } = readings[i]!;
    const message: Message = {
      id: sole ? id : `${id}.${i}`,
      device,
      type: entry.upload,
      ts,
      arrivedAt: entry.arrivedAt,
      values,
    };
    if (entry.upload === "telemetry") watched(run, message, entry);
    enter(run, message, entry);
  }
}

/** Why readings do not keep to the payload of their profile. */
function violationIn(readings: readonly Reading[], check: PayloadCheck | undefined): string | undefined {
  if (!check) return undefined;
  for (const [index, { values }] of readings.entries()) {
    const violation = check(values);
    if (violation) return readings.length === 1 ? violation : `Reading ${index}: ${violation}`;
  }
  return undefined;
}

function readingsOf(run: Run, entry: UploadEntry): Reading[] | undefined {
  if (entry.upload === "telemetry") {
    const { arrivedAt, replay } = entry;
    // A replay keeps its first arrival as its time; how far ahead it may be counts from now.
    const maxAheadMs = run.options.maxAheadMs + (replay ? replay.at - arrivedAt : 0);
    const read = readTelemetry(entry.payload, { arrivedAt, maxAheadMs });
    if (Array.isArray(read)) return read;
    deadLetter(run, entry, read.code, read.message);
    return undefined;
  }
  const read = readAttributes(entry.payload);
  if (!("values" in read)) {
    deadLetter(run, entry, read.code, read.message);
    return undefined;
  }
  run.outcome.effects.push({
    type: "attributes",
    id: nextEffectId(run),
    device: entry.device,
    at: entry.arrivedAt,
    values: read.values,
  });
  return [{ ts: entry.arrivedAt, values: read.values }];
}

/** Remembers the upload's id; true when it had been taken before. */
function isRepeated({ state, outcome }: Run, { device, id, checkId }: UploadEntry): boolean {
  const now = outcome.recent.get(device) ?? "";
  if (checkId && holds(((state.recent.get(device) ?? "") + now).slice(-ringSize * idLength), id)) return true;
  outcome.recent.set(device, now + id);
  return false;
}

/** Whether `id` is one of `ids`, each of `idLength` characters. */
function holds(ids: string, id: string): boolean {
  for (let at = ids.indexOf(id); at >= 0; at = ids.indexOf(id, at + 1)) if (at % idLength === 0) return true;
  return false;
}

const none: Pick<NodeState, "w" | "c"> = {};

function tick(run: Run, now: number) {
  const due = new Set(run.state.wakes.due(now));
  // What this batch has changed counts as it will be stored, so that it does not show where a batch ends.
  for (const [device, key] of run.outcome.keys)
    if (isDue(earliestWake(key), now)) due.add(device);
    else due.delete(device);
  for (const device of [...due].sort()) {
    const context = run.outcome.contexts.get(device) ?? run.state.contexts.get(device);
    const nodes = () => (run.outcome.keys.get(device) ?? run.state.keys.get(device))?.n;
    if (!context || !nodes()) continue;
    if (run.shadow) beginShadows(run, device);
    for (const ref of Object.keys(nodes()!).sort()) {
      // Looked up anew: a tick before may have let the node go on, or end.
      const { w: wakeAt, c } = nodes()![ref] ?? none;
      if (wakeAt === undefined || wakeAt > now) continue;
      const at = placeOfTick(run.plan, ref, context, c);
      if (!at?.node.node.tick) delete touch(run, device).n[ref];
      else
        visit(
          sideOf(run, at.flow),
          at.flow,
          at.node,
          { tick: now, device: context },
          undefined,
          undefined,
          undefined,
        );
    }
    forget(run, device, now);
  }
}

function deploy(run: Run, deployment: Deployment) {
  const current = run.outcome.deployment ?? run.state.deployment;
  if (deployment.revision <= current.revision) return;
  run.outcome.deployment = deployment;
  run.plan = run.options.compile(deployment);
  for (const { flow, version, message } of run.plan.broken)
    run.outcome.effects.push({
      type: "dead-letter",
      id: nextEffectId(run),
      device: "",
      at: 0,
      reason: "flow_broken",
      message: `Version ${version} does not run: ${message} Validate the flow and deploy it again.`,
      flow,
      version,
      raw: "",
    });
}
