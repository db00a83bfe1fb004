import type { ForwardEffect } from "../model/effect.ts";
import type { Message } from "../model/message.ts";
import { type FlowPlan, isShadow, type PlanNode } from "./compile.ts";
import type { UploadEntry } from "./entry.ts";
import { nextEffectId, type Run } from "./outcome.ts";

/** Sends the message, which has been made that of its key, to the key's lane; the flow goes on there at the node. */
export function forward(
  run: Run,
  flow: FlowPlan,
  node: PlanNode,
  { id, device: key, type, ts, arrivedAt, values }: Message,
  way: {
    sender: string;
    path: readonly string[];
    alarmId: string | undefined;
    replayOf: string | undefined;
  },
) {
  const { sender, path, alarmId, replayOf } = way;
  const effect: ForwardEffect = {
    type: "forward",
    id: nextEffectId(run),
    device: key.id,
    at: ts,
    flow: flow.id,
    version: flow.version,
    node: node.id,
    key,
    sender,
    message: { id, type, arrivedAt, values },
    path,
    revision: (run.outcome.deployment ?? run.state.deployment).revision,
  };
  if (alarmId !== undefined) effect.alarmId = alarmId;
  if (replayOf !== undefined) effect.replayOf = replayOf;
  if (flow.isBrought) effect.brought = flow.definition;
  if (isShadow(flow)) effect.shadow = flow.candidate;
  run.outcome.effects.push(effect);
}

/** The message as its device could send it again, for a dead letter. */
export function uploadOf({ sender, at, message, replayOf }: ForwardEffect): UploadEntry {
  const { type, arrivedAt, values } = message;
  // What happened to a device has no bytes of its own: its values stand in for them.
  const isReading = type !== "attributes";
  return {
    type: "upload",
    device: sender,
    upload: isReading ? "telemetry" : "attributes",
    arrivedAt,
    payload: JSON.stringify(isReading ? { ts: at, values } : values),
    binary: false,
    id: "",
    checkId: false,
    ...(replayOf !== undefined && { replay: { letter: replayOf, at } }),
  };
}
