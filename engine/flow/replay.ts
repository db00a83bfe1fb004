import type { DeviceContext } from "../model/device.ts";
import type { Message } from "../model/message.ts";
import { placeBrought } from "./brought.ts";
import { placeFor } from "./candidates.ts";
import type { PlanPlace } from "./compile.ts";
import type { ReplayEntry, UploadEntry } from "./entry.ts";
import { type Condemned, contextOf, deadLetter, nextEffectId, type Run, unknownDevice } from "./outcome.ts";
import { readTelemetry } from "./readings.ts";
import { visit } from "./visit.ts";

/**
 * Takes a dead letter once more, unless this lane has taken the replay before. A message at which a node failed goes on
 * from that node, of the version that was chosen or else of the one that runs now; anything else goes through all flows, by `whole`. Tells the registry.
 */
export function replay(
  run: Run,
  entry: ReplayEntry,
  whole: (run: Run, entry: UploadEntry) => void,
  condemned?: Condemned,
) {
  const { outcome, state } = run;
  const { letter, number, device } = entry;
  const before = outcome.effects.length;
  if (number > (outcome.replayed ?? state.replayed)) {
    outcome.replayed = number;
    if (entry.node) resume(run, entry, entry.node, condemned);
    else whole(run, uploadOf(entry));
  } else outcome.repeated++;
  const failed = outcome.effects.slice(before).some(({ type }) => type === "dead-letter");
  const id = nextEffectId(run);
  outcome.effects.push({ type: "replayed", id, device, at: entry.at, letter, number, failed });
}

function resume(
  run: Run,
  entry: ReplayEntry,
  { flow, id: node }: NonNullable<ReplayEntry["node"]>,
  condemned: Condemned | undefined,
) {
  const { outcome, plan } = run;
  const { arrivedAt, payload, upload: type } = entry;
  const upload = uploadOf(entry);
  const { chosen } = entry;
  const version = chosen?.version ?? plan.flows.find(({ id }) => id === flow)?.version ?? 0;
  // Still to go on from this node when it is replayed once more.
  const refuse = (code: string, message: string) =>
    deadLetter(run, upload, code, message, { flow, version, node, payload, upload: type });
  outcome.messages++;
  if (condemned) return refuse(condemned.reason, condemned.message);
  const device = contextOf(run, entry);
  if (!device) return refuse(...unknownDevice);
  let at: PlanPlace | undefined;
  try {
    at = chosen ? placeChosen(run, chosen, flow, node, device) : placeFor(plan, `${flow}/${node}`, device);
  } catch (error) {
    return refuse("version_unfit", (error as Error).message);
  }
  if (!at)
    return refuse(
      "node_gone",
      `Flow "${flow}" does not run, or has no node "${node}" now; deploy a version that has, and replay again.`,
    );
  if (type === "tick") {
    const tick = Number(JSON.parse(payload).tick);
    if (at.node.node.tick) visit(run, at.flow, at.node, { tick, device }, undefined, undefined, upload);
    return;
  }
  if (type === "result") {
    const { at: endedAt, result } = JSON.parse(payload);
    if (at.node.node.result)
      visit(run, at.flow, at.node, { result, at: endedAt, device }, undefined, undefined, upload);
    return;
  }
  const maxAheadMs = run.options.maxAheadMs + entry.at - arrivedAt;
  const read = readTelemetry(payload, { arrivedAt, maxAheadMs });
  if (!Array.isArray(read)) return refuse(read.code, read.message);
  for (const [index, { ts, values }] of read.entries()) {
    const id = `${run.options.lane}:${outcome.sequence}${read.length > 1 ? `.${index}` : ""}`;
    if (type !== "watched")
      visit(run, at.flow, at.node, { id, device, type, ts, arrivedAt, values }, undefined, undefined, upload);
    else if (at.node.node.watch) {
      const watched: Message = { id, device, type: "telemetry", ts, arrivedAt, values };
      visit(run, at.flow, at.node, { watched, device }, undefined, undefined, upload);
    }
  }
}

function placeChosen(
  { plan }: Run,
  { version, definition }: NonNullable<ReplayEntry["chosen"]>,
  flow: string,
  node: string,
  device: DeviceContext,
): PlanPlace {
  if (definition) return placeBrought(plan, { version, definition }, node, device);
  throw new Error(`Flow "${flow}" has no version ${version} any more; choose another one.`);
}

function uploadOf({ device, upload, arrivedAt, payload, letter, at, context }: ReplayEntry): UploadEntry {
  return {
    type: "upload",
    device,
    upload: upload === "attributes" ? "attributes" : "telemetry",
    arrivedAt,
    payload,
    binary: false,
    id: "",
    checkId: false,
    replay: { letter, at },
    ...(context && { context }),
  };
}
