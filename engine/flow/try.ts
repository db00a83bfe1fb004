import type { CommandResult } from "../model/command.ts";
import type { DeviceContext } from "../model/device.ts";
import type { CommandEffect, Effect, ForwardEffect, NotifyEffect } from "../model/effect.ts";
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

/** `related`: by the attribute that names it, attributes of another device. */
export type TryDevice = Partial<Omit<DeviceContext, "related">> & { related?: Record<string, Values> };

interface TryMessage {
  device?: TryDevice;
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

/** What came of the notification with that number, counted from 1 over all of the flow. */
interface TryNotice {
  notification: number;
  at: number;
  state: "sent" | "failed";
  reason?: string | undefined;
}

/** A message to try, how a command or notification ended, or a tick; times in ms since the epoch. */
export type TryInput = TryMessage | TryCommand | TryNotice | { tick: number };

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
    now = "tick" in input ? input.tick : "values" in input ? (input.at ?? input.ts ?? now) : input.at;
    const entry = endOf(input, result) ?? entryOf(input as TryMessage, now, index);
    if (!("type" in entry)) return { ...result, problems: [entry.problem] };
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

/** A tick, or how a command or notification ended; undefined for a message. */
function endOf(input: TryInput, result: TryResult): Entry | { problem: Problem } | undefined {
  if ("tick" in input) return { type: "tick", at: input.tick };
  if ("values" in input) return undefined;
  const entry = "command" in input ? commandEnd(input, result) : noticeEnd(input, result);
  if (entry) return entry;
  const [what, number] =
    "command" in input ? ["command", input.command] : ["notification", input.notification];
  const message = `No ${what} ${number} was sent before its result is given; look at the flow or at the number.`;
  return { problem: { code: `no_such_${what}`, message } };
}

function entryOf(input: TryMessage, now: number, index: number): Entry {
  const id = input.device?.id ?? "device";
  const { ts = now, values, type = "telemetry" } = input;
  const context: DeviceContext = {
    id,
    name: input.device?.name ?? id,
    profile: input.device?.profile ?? "default",
    attributes: input.device?.attributes ?? {},
    revision: index + 1,
    ...(input.device?.related && { related: relatedOf(input.device) }),
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

function relatedOf({ attributes = {}, related = {} }: TryDevice): DeviceContext["related"] {
  const named = Object.entries(related).map(([attribute, values]) => {
    const name = String(attributes[attribute] ?? attribute);
    return [attribute, { name, profile: "default", attributes: values }] as const;
  });
  return Object.fromEntries(named);
}

/** The commands that go out or wait for a person, in the order in which what came of them counts them. */
export const commandsIn = ({ effects }: Pick<TryResult, "effects">): CommandEffect[] =>
  effects.filter((effect): effect is CommandEffect => effect.type === "command" && !effect.refused);

/** What the registry would tell; undefined where no such command was sent. */
function commandEnd(
  { command: number, at, state, answer, reason, device, of = 1 }: TryCommand,
  trial: TryResult,
): Entry | undefined {
  const effect = commandsIn(trial)[number - 1];
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

function noticeEnd({ notification, at, state, reason = undefined }: TryNotice, { effects }: TryResult) {
  const sent = effects.filter((effect): effect is NotifyEffect => effect.type === "notify");
  const effect = sent[notification - 1];
  if (effect?.ref === undefined) return undefined;
  const { device, flow, node, ref, alarmId, channel } = effect;
  const result: CommandResult = {
    ref,
    of: 1,
    state: state === "sent" ? "succeeded" : state,
    field: "notification",
    command: { channel, state, reason: reason ?? null },
  };
  return { type: "result", device, flow, node, at, result, ...(alarmId && { alarmId }) } as const;
}
