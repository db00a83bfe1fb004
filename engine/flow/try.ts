import type { DeviceContext } from "../model/device.ts";
import type { Effect, ForwardEffect } from "../model/effect.ts";
import type { Flow } from "../model/flow.ts";
import type { MessageType } from "../model/message.ts";
import type { Point } from "../model/point.ts";
import type { Problem } from "../model/problem.ts";
import type { Values } from "../model/value.ts";
import { compilePlan } from "./compile.ts";
import type { Entry } from "./entry.ts";
import type { TraceStep } from "./outcome.ts";
import { run } from "./run.ts";
import { LaneState } from "./state.ts";
import { validateFlow } from "./validate.ts";

/** A reading to try, or a tick; times in ms since the epoch. */
export type TryInput =
  | { device?: Partial<DeviceContext>; ts?: number; at?: number; type?: MessageType; values: Values }
  | { tick: number };

export interface TryResult {
  steps: TraceStep[];
  effects: (Exclude<Effect, ForwardEffect> | ({ type: "point"; device: string } & Point))[];
  problems: Problem[];
}

/** Beyond this a trial ends: branches that part and rejoin can make very many steps of few messages. */
const maxSteps = 20_000;

/** Runs a flow on given messages, from empty state, with the engine's own code and no effect outside. */
export function tryFlow(flow: Flow, inputs: readonly TryInput[]): TryResult {
  const { problems } = validateFlow(flow);
  if (problems.length > 0) return { steps: [], effects: [], problems };
  const plan = compilePlan([{ version: 0, definition: flow }]);
  const state = new LaneState();
  const options = { lane: 0, maxAheadMs: Number.MAX_SAFE_INTEGER, plan, compile: () => plan, trace: true };
  const result: TryResult = { steps: [], effects: [], problems: [] };
  let now = 0;
  for (const [index, input] of inputs.entries()) {
    now = "tick" in input ? input.tick : (input.at ?? input.ts ?? now);
    // What is forwarded to the lane of a key goes on here at once: all keys are in this lane.
    for (let entries = [entryOf(input, now, index)]; entries.length > 0; ) {
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

function entryOf(input: TryInput, now: number, index: number): Entry {
  if ("tick" in input) return { type: "tick", at: input.tick };
  const id = input.device?.id ?? "device";
  const { ts = now, values, type: upload = "telemetry" } = input;
  return {
    type: "upload",
    device: id,
    upload,
    arrivedAt: now,
    payload: JSON.stringify(upload === "telemetry" ? { ts, values } : values),
    binary: false,
    id: "",
    checkId: false,
    context: {
      id,
      name: input.device?.name ?? id,
      profile: input.device?.profile ?? "default",
      attributes: input.device?.attributes ?? {},
      revision: index + 1,
    },
  };
}
