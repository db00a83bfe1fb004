import type { DeviceContext } from "../model/device.ts";
import type { Effect } from "../model/effect.ts";
import type { Flow } from "../model/flow.ts";
import type { MessageType } from "../model/message.ts";
import type { Point } from "../model/point.ts";
import type { Problem } from "../model/problem.ts";
import type { Values } from "../model/value.ts";
import { keepsFromTrying } from "./check-handings.ts";
import { compilePlan } from "./compile.ts";
import type { Entry } from "./entry.ts";
import type { TraceStep } from "./outcome.ts";
import { run } from "./run.ts";
import { LaneState } from "./state.ts";
import { reached, type Surroundings } from "./surroundings.ts";
import { validateFlow } from "./validate.ts";

/** A reading to try, or a tick; times in ms since the epoch. */
export type TryInput =
  | { device?: Partial<DeviceContext>; ts?: number; at?: number; type?: MessageType; values: Values }
  | { tick: number };

export interface TryResult {
  steps: TraceStep[];
  effects: (Effect | ({ type: "point"; device: string } & Point))[];
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
  const others = reached(flow, around.flows).map(({ definition, version }) => ({
    version: version ?? 0,
    definition,
  }));
  const enforced = (around.profiles ?? []).filter(({ payload }) => payload?.enforce);
  const payloads = Object.fromEntries(enforced.map(({ name, payload }) => [name, payload!]));
  const plan = compilePlan([{ version: 0, definition: flow }, ...others], payloads);
  // Readings enter the flow that is tried, and the others only by way of it.
  plan.flows = plan.flows.filter(({ id }) => id === flow.id);
  const state = new LaneState();
  const options = { lane: 0, maxAheadMs: Number.MAX_SAFE_INTEGER, plan, compile: () => plan, trace: true };
  const result: TryResult = { steps: [], effects: [], problems: [] };
  let now = 0;
  for (const [index, input] of inputs.entries()) {
    now = "tick" in input ? input.tick : (input.at ?? input.ts ?? now);
    const outcome = run(options, state, [entryOf(input, now, index)]);
    state.merge(outcome);
    result.steps.push(...(outcome.trace ?? []));
    result.effects.push(...outcome.effects);
    for (const point of outcome.points)
      result.effects.push({ type: "point", device: point.tags.device ?? "", ...point });
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
