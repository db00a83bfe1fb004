import type { CommandResult } from "../model/command.ts";
import type { DeviceContext } from "../model/device.ts";
import type { CommandEffect, Effect, ForwardEffect } from "../model/effect.ts";
import type { Flow } from "../model/flow.ts";
import type { MessageType } from "../model/message.ts";
import type { Point } from "../model/point.ts";
import type { Problem } from "../model/problem.ts";
import type { Value, Values } from "../model/value.ts";
import { keepsFromTrying } from "./check-handings.ts";
import type { Entry } from "./entry.ts";
import type { TraceStep } from "./outcome.ts";
import { planAlone } from "./plan-alone.ts";
import { run } from "./run.ts";
import { LaneState } from "./state.ts";
import type { Surroundings } from "./surroundings.ts";
import { validateFlow } from "./validate.ts";

interface TryMessage {
  device?: Partial<DeviceContext>;
  ts?: number;
  at?: number;
  type?: MessageType;
  values: Values;
}

/** How the command with that number ended, counted from 1 over all that the flow sent. */
interface TryCommand {
  command: number;
  at: number;
  state: CommandResult["state"];
  answer?: Value;
  reason?: string;
  device?: string;
  of?: number;
}

/** A message to try, how a command ended, or a tick; times in ms since the epoch. */
export type TryInput = TryMessage | TryCommand | { tick: number };

export interface TryResult {
  steps: TraceStep[];
  effects: (Exclude<Effect, ForwardEffect> | ({ type: "point"; device: string } & Point))[];
  problems: Problem[];
}

/** Beyond this a trial ends: branches that part and rejoin can make very many steps of few messages. */
const maxSteps = 20_000;

/**
 * Runs a flow on given messages, from empty state, with the engine's own code and no effect outside. Flows that it hands
 * messages to run along, as `around` has them, also those that are not deployed.
 */
export function tryFlow(flow: Flow, inputs: readonly TryInput[], around: Surroundings = {}): TryResult {
  const problems = validateFlow(flow, around).problems.filter(keepsFromTrying);
  if (problems.length > 0) return { steps: [], effects: [], problems };
  const plan = planAlone(flow, around);
  const state = new LaneState();
  const options = { lane: 0, maxAheadMs: Number.MAX_SAFE_INTEGER, plan, compile: () => plan, trace: true };
  const result: TryResult = { steps: [], effects: [], problems: [] };
  let now = 0;
  for (const [index, input] of inputs.entries()) {
    now = "tick" in input ? input.tick : "command" in input ? input.at : (input.at ?? input.ts ?? now);
    const entry = "command" in input ? resultOf(input, result) : entryOf(input, now, index);
    if (!entry) {
      const message = `No command ${(input as TryCommand).command} was sent before its result is given; look at the flow or at the number.`;
      return { ...result, problems: [{ code: "no_such_command", message }] };
    }
    // What is forwarded to the lane of a key goes on here at once: all keys are in this lane.
    for (let entries: Entry[] = [entry]; entries.length > 0; ) {
      const outcome = run(options, state, entries);
      state.merge(outcome);
      result.steps.push(...(outcome.trace ?? []));
      entries = [];
      for (const effect of outcome.effects) {
        if (effect.type === "forward") entries.push(effect);
        else result.effects.push(effect);
      }
      for (const point of outcome.points)
        result.effects.push({ type: "point", device: point.tags.device ?? "", ...point });
    }
    if (result.steps.length > maxSteps) {
      const left = inputs.length - index - 1;
      const message = `The trial ended after ${result.steps.length} steps with ${left} messages left; try fewer.`;
      return { ...result, problems: [{ code: "too_many_steps", message }] };
    }
  }
  return result;
}

function entryOf(input: Exclude<TryInput, TryCommand>, now: number, index: number): Entry {
  if ("tick" in input) return { type: "tick", at: input.tick };
  const id = input.device?.id ?? "device";
  const { ts = now, values, type = "telemetry" } = input;
  const context: DeviceContext = {
    id,
    name: input.device?.name ?? id,
    profile: input.device?.profile ?? "default",
    attributes: input.device?.attributes ?? {},
    revision: index + 1,
  };
  if (type !== "telemetry" && type !== "attributes")
    return { type: "event", event: type, device: id, at: now, values, context };
  return {
    type: "upload",
    device: id,
    upload: type,
    arrivedAt: now,
    payload: JSON.stringify(type === "telemetry" ? { ts, values } : values),
    binary: false,
    id: "",
    checkId: false,
    context,
  };
}

/** What the registry would tell; undefined where no such command was sent. */
function resultOf(
  { command: number, at, state, answer, reason, device, of = 1 }: TryCommand,
  { effects }: TryResult,
): Entry | undefined {
  const sent = effects.filter(
    (effect): effect is CommandEffect => effect.type === "command" && !effect.refused,
  );
  const effect = sent[number - 1];
  if (!effect?.ref) return undefined;
  const { method, flow, node, ref, alarmId } = effect;
  const deviceName = device ?? (effect.to?.type === "named" ? effect.to.name : effect.device);
  const command = {
    id: number,
    device: deviceName,
    deviceName,
    method,
    state: state === "approved" ? "queued" : state,
    answer: answer ?? null,
    reason: reason ?? null,
  };
  const result: CommandResult = { ref, of, state, command };
  return { type: "result", device: effect.device, flow, node, at, result, ...(alarmId && { alarmId }) };
}
