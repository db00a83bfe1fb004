import type { ForwardEffect } from "../model/effect.ts";
import type { Message } from "../model/message.ts";
import { placeBrought } from "./brought.ts";
import { placeIn } from "./candidates.ts";
import type { PlanPlace } from "./compile.ts";
import { uploadOf } from "./forward.ts";
import { deadLetter, type Run, touch } from "./outcome.ts";
import { beginShadows, shadowRef } from "./shadow.ts";
import type { Place } from "./state.ts";
import { visit } from "./visit.ts";

const dayMs = 86_400_000;
/** A key that gets nothing for so long is forgotten; the longest window has 31 days. */
const keepMs = 40 * dayMs;

/** Goes on with a message that another lane, or this one, forwarded to the lane of its key. */
export function receive(run: Run, forward: ForwardEffect) {
  const { outcome, state, plan } = run;
  if (isTaken(run, forward)) {
    outcome.repeated++;
    return;
  }
  const { flow, shadow, key, message } = forward;
  let place: PlanPlace | undefined;
  try {
    place = placeOf(run, forward);
  } catch (error) {
    lost(run, forward, forward.version, (error as Error).message);
    return;
  }
  if (!place?.node.rekey) {
    const live = plan.flows.find(({ id }) => id === flow);
    if (shadow === undefined && live)
      lost(run, forward, live.version, `Version ${live.version} does not have it, or it no longer groups.`);
    return;
  }
  if (!outcome.contexts.has(key.id) && !state.contexts.has(key.id)) outcome.contexts.set(key.id, key);
  keepUntil(run, key.id, message.arrivedAt);
  if (run.shadow) beginShadows(run, key.id);
  goOn(shadow === undefined ? run : run.shadow, place, forward);
  if (shadow === undefined && run.shadow) makeUp(run.shadow, forward);
}

/** Throws with the reason where the version that a replay brought cannot take it. */
function placeOf({ plan }: Run, forward: ForwardEffect): PlanPlace | undefined {
  const { flow, node, version, shadow, key, brought } = forward;
  if (shadow !== undefined) return plan.nodeByRef.get(shadowRef(flow, shadow, node));
  if (brought) return placeBrought(plan, { version, definition: brought }, node, key);
  return placeIn(plan, `${flow}/${node}`, version);
}

function goOn(run: Run | undefined, { flow, node }: PlanPlace, forward: ForwardEffect) {
  const { key, at, message, path, alarmId } = forward;
  const { id, type, arrivedAt, values } = message;
  const arrived: Message = { id, device: key, type, ts: at, arrivedAt, values };
  const trail = path.length > 0 ? { flow, path, message: arrived } : undefined;
  if (run) visit(run, flow, node, arrived, trail, alarmId, forward);
}

/** The lane that sent it did not run the shadow yet: the shadow goes on here with what the live version sent. */
function makeUp(shadow: Run, forward: ForwardEffect) {
  for (const flow of shadow.plan.shadows) {
    if (flow.id !== forward.flow || forward.revision >= flow.candidate) continue;
    const node = flow.nodes.find(({ id }) => id === forward.node);
    if (node?.rekey) goOn(shadow, { flow, node }, forward);
  }
}

/** Notes the forward as taken; true when it had been taken before. A lane's forwards come in order, or once more. */
export function isTaken({ state, outcome }: Run, { id }: ForwardEffect): boolean {
  const [lane, sequence, n] = id.split(":").map(Number) as [number, number, number];
  const [lastSequence, lastN] = outcome.received.get(lane) ?? state.received.get(lane) ?? never;
  if (sequence < lastSequence || (sequence === lastSequence && n <= lastN)) return true;
  outcome.received.set(lane, [sequence, n]);
  return false;
}

const never: Place = [-1, -1];

/** Forgets a key whose time is over at `now`, unless one of its nodes still waits for something. */
export function forget(run: Run, key: string, now: number) {
  const { n, x } = run.outcome.keys.get(key) ?? run.state.keys.get(key) ?? { n: {} };
  if (x === undefined || x > now) return;
  if (Object.values(n).some(({ w }) => w !== undefined)) keepUntil(run, key, now);
  else run.outcome.keys.set(key, { n: {} });
}

/** By the day, so that it is seldom written anew. */
export function keepUntil(run: Run, key: string, from: number) {
  const until = Math.ceil((from + keepMs) / dayMs) * dayMs;
  const known = (run.outcome.keys.get(key) ?? run.state.keys.get(key))?.x ?? 0;
  if (until > known) touch(run, key).x = until;
}

/** Makes a dead letter of what cannot go on at its node. `now`: the version in which it was to. */
function lost(run: Run, forward: ForwardEffect, now: number, why: string) {
  const { flow, node, version } = forward;
  const message = `Under version ${version} the message was on its way to node "${node}", which can take it no more. ${why} Send it again if it still counts.`;
  deadLetter(run, uploadOf(forward), "forward_stale", message, { flow, version: now, node });
}
