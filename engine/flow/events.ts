import type { DeviceContext } from "../model/device.ts";
import type { Message } from "../model/message.ts";
import { isKey } from "../nodes/by.ts";
import { placeFor } from "./candidates.ts";
import { enter, sideOf } from "./enter.ts";
import type { EventEntry, ResultEntry, UploadEntry } from "./entry.ts";
import { contextOf, deadLetter, nodeState, type Run, standIn, touch, unknownDevice } from "./outcome.ts";
import { keepUntil } from "./receive.ts";
import { beginShadows } from "./shadow.ts";
import { visit } from "./visit.ts";

/** Something happened to a device: the flows see it as a message of that type, but for the one that did it. */
export function event(run: Run, entry: EventEntry) {
  const { outcome } = run;
  outcome.messages++;
  const device = heard(run, entry);
  if (!device) return;
  const { at, values, by } = entry;
  const id = `${run.options.lane}:${outcome.sequence}`;
  const message: Message = { id, device, type: entry.event, ts: at, arrivedAt: at, values };
  enter(run, message, undefined, by);
}

/** A command fared so: its node goes on from there, if it still runs. */
export function result(run: Run, entry: ResultEntry) {
  const device = heard(run, entry);
  if (!device) return;
  const input = { result: entry.result, at: entry.at, device };
  const found = placeFor(run.plan, `${entry.flow}/${entry.node}`, device);
  if (found?.node.node.result) visit(run, found.flow, found.node, input, undefined, entry.alarmId, undefined);
  if (!run.shadow) return;
  // The command of a shadow fares as the one that the live version sent at the same message.
  for (const flow of run.plan.shadows) {
    const node = flow.id === entry.flow ? flow.nodes.find(({ id }) => id === entry.node) : undefined;
    if (node?.node.result) visit(run.shadow, flow, node, input, undefined, entry.alarmId, undefined);
  }
}

/** Shows telemetry to the nodes that watch the device. */
export function watched(run: Run, message: Message, entry: UploadEntry) {
  const { id } = message.device;
  const refs = (run.outcome.keys.get(id) ?? run.state.keys.get(id))?.o;
  if (!refs) return;
  for (const ref of refs) {
    const found = placeFor(run.plan, ref, message.device);
    if (!found?.node.node.watch || !nodeState(run, id, found.node)?.o) continue;
    visit(
      sideOf(run, found.flow),
      found.flow,
      found.node,
      { watched: message, device: message.device },
      undefined,
      undefined,
      entry,
    );
  }
}

/** The device, unless this came before. */
function heard(run: Run, entry: EventEntry | ResultEntry): DeviceContext | undefined {
  const { number } = entry;
  const device = contextOf(run, entry);
  if (device && run.shadow) beginShadows(run, device.id);
  if (!device) {
    const content = entry.type === "event" ? entry.values : entry.result;
    deadLetter(run, standIn(entry.device, entry.at, content), ...unknownDevice);
    return undefined;
  }
  if (number === undefined) return device;
  const last = (run.outcome.keys.get(device.id) ?? run.state.keys.get(device.id))?.e ?? 0;
  if (number <= last) {
    run.outcome.repeated++;
    return undefined;
  }
  touch(run, device.id).e = number;
  if (isKey(device.id)) keepUntil(run, device.id, entry.at);
  return device;
}
