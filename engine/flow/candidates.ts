import type { DeviceContext } from "../model/device.ts";
import { isKey } from "../nodes/by.ts";
import type { FlowPlan, Plan, PlanPlace } from "./compile.ts";
import type { NodeState } from "./state.ts";

/** The version of a flow that has the device's messages: the canary, or the one that is live for the rest. */
export function seenBy(flow: FlowPlan, device: DeviceContext): FlowPlan {
  return flow.canary?.takes(device) ? flow.canary.flow : flow;
}

/** The node under `<flow>/<node>` in the version that has the device's messages. */
export function placeFor(plan: Plan, ref: string, device: DeviceContext): PlanPlace | undefined {
  const canary = plan.hasCanaries ? canaryOf(plan, ref) : undefined;
  return canary?.takes(device) ? canary.placeByRef.get(ref) : plan.nodeByRef.get(ref);
}

/** The node in the version that the message came from, so that no message sees two of them. */
export function placeIn(plan: Plan, ref: string, version: number): PlanPlace | undefined {
  const canary = plan.hasCanaries ? canaryOf(plan, ref) : undefined;
  return canary?.flow.version === version ? canary.placeByRef.get(ref) : plan.nodeByRef.get(ref);
}

/** The node that a tick wakes. A key is of no cohort: whichever version had its last message has the tick. */
export function placeOfTick(
  plan: Plan,
  ref: string,
  device: DeviceContext,
  c: NodeState["c"],
): PlanPlace | undefined {
  if (!plan.hasCanaries || !isKey(device.id)) return placeFor(plan, ref, device);
  const canary = c === undefined ? undefined : canaryOf(plan, ref);
  return canary && canary.flow.candidate === c ? canary.placeByRef.get(ref) : plan.nodeByRef.get(ref);
}

function canaryOf(plan: Plan, ref: string) {
  return plan.flowById.get(ref.slice(0, ref.indexOf("/")))?.canary;
}
