import type { CauseStep, ExplainedCause, Reason, Remark } from "../model/cause.ts";
import { cutValues } from "../model/cut-values.ts";
import type { Wish } from "../model/effect.ts";
import type { Values } from "../model/value.ts";
import type { Explained, Seen, Taken } from "../nodes/kind.ts";
import { sayReasons } from "../rules/say-reason.ts";
import type { FlowPlan, PlanNode } from "./compile.ts";
import { type Input, idOf, timeOf, valuesOf } from "./input.ts";
import { isSame } from "./same.ts";
import { type Carried, type Link, pathOf, type Trail } from "./trail.ts";

/** Steps that are told, the last ones; and earlier messages of a step. */
const maxSteps = 40;
const maxMessages = 10;
const maxSentence = 500;
/** Fields that a node wrote, said in its sentence. */
const maxSet = 4;

/** The visit that wished for it, and how what came got there. */
interface End {
  flow: FlowPlan;
  node: PlanNode;
  input: Input;
  state: unknown;
  wish: Wish;
}

/** Sentences that belong to no kind. */
export const remarks = {
  came: "a message of {device} came",
  clock: "the clock woke it at {wokenAt}",
} as const;

/** Why the wish was made: node by node, what came and what decided. Its size is bounded. */
export function causeOf(trail: Trail | undefined, { flow, node, input, state, wish }: End): ExplainedCause {
  const steps: CauseStep[] = [stepOf(node, { ...seen(input, state), wish }, trail === undefined)];
  for (let at = trail; at && steps.length < maxSteps; at = "path" in at ? undefined : at.before)
    steps.push(...("path" in at ? carried(at) : [linked(at)]).map((step) => within(flow, at.flow, step)));
  return {
    message: idOf(input),
    ts: new Date(timeOf(input)).toISOString(),
    values: valuesOf(input),
    path: [...pathOf(trail, flow), node.id],
    version: flow.version,
    steps: steps.slice(0, maxSteps).reverse(),
  };
}

/** A command behind an alarm tells the same steps. */
function linked(link: Link): CauseStep {
  const { node, input, state, output, left, before } = link;
  link.told ??= stepOf(node, { ...seen(input, state), output, left }, before === undefined);
  return link.told;
}

/** What was visited in another lane, the last first: only the message itself tells of it. */
function carried({ flow, path, message }: Carried): CauseStep[] {
  const known = path.map((id) => flow.nodes.find((node) => node.id === id));
  return known
    .flatMap((node, index) => (node ? [stepOf(node, seen(message, undefined), index === 0)] : []))
    .reverse();
}

/** Names the flow of a step that belongs to another. */
const within = (flow: FlowPlan, { id, version }: FlowPlan, step: CauseStep): CauseStep =>
  id === flow.id ? step : { ...step, flow: { id, version } };

function seen(input: Input, state: unknown): Seen {
  const message = "watched" in input ? input.watched : "values" in input ? input : undefined;
  return {
    message,
    tick: "tick" in input ? input.tick : undefined,
    result: "result" in input ? input.result : undefined,
    state,
    left: undefined,
    output: undefined,
    wish: undefined,
  };
}

function stepOf({ id, node }: PlanNode, it: Seen, isFirst: boolean): CauseStep {
  const { reasons: own = [], values: told, window, messages } = explained(node, it);
  const values =
    told ?? (isFirst ? it.message?.values : undefined) ?? (own.length > 0 ? found(own) : written(it));
  const reasons = isFirst ? [...begun(it), ...own] : own.length > 0 ? own : set(values);
  return {
    node: id,
    ...(it.output !== undefined && { output: it.output }),
    says: sayReasons(reasons).slice(0, maxSentence),
    reasons: reasons.map(cutReason),
    values: cutValues(values),
    ...(window && {
      window: {
        start: iso(window.start),
        end: iso(window.end),
        count: window.count,
        messages: window.messages.slice(0, maxMessages).map(taken),
      },
    }),
    ...(messages?.length && { messages: messages.slice(-maxMessages).map(taken) }),
  };
}

/** An alarm is worth more than its explanation. */
function explained(node: PlanNode["node"], it: Seen): Explained {
  try {
    return node.explain?.(it) ?? {};
  } catch {
    return {};
  }
}

/** How it all began. */
function begun({ message, tick }: Seen): Remark[] {
  if (message) return [{ text: remarks.came, with: { device: message.device.name } }];
  return tick === undefined ? [] : [{ text: remarks.clock, with: { wokenAt: tick } }];
}

/** The values that reasons looked at. */
function found(reasons: readonly Reason[]): Values {
  const values: Values = {};
  for (const reason of reasons) {
    if ("text" in reason) continue;
    if (reason.found !== undefined) values[reason.field] = reason.found;
    if (reason.than !== undefined && reason.value !== undefined) values[reason.than] = reason.value;
  }
  return values;
}

/** What the node made of the fields; of a message that has just come, all of them. */
function written({ message, left }: Seen): Values {
  if (!message || !left) return left?.values ?? message?.values ?? {};
  const values: Values = {};
  for (const [name, value] of Object.entries(left.values))
    if (!isSame(value, message.values[name])) values[name] = value;
  return values;
}

/** What a node only wrote is said as it stands. */
const set = (values: Values): Reason[] =>
  Object.entries(values)
    .slice(0, maxSet)
    .map(([field, found]) => ({ field, found, operator: "equal", value: found, holds: true }));

const taken = ({ id, ts, values }: Taken) => ({
  ...(id !== undefined && { id }),
  ts: iso(ts),
  values: cutValues(values),
});

/** A field may hold much more than what counts of it. */
function cutReason(reason: Reason): Reason {
  if ("text" in reason) return { text: reason.text, with: cutValues(reason.with) };
  const { found, value } = cutValues({ found: reason.found ?? null, value: reason.value ?? null });
  return {
    ...reason,
    ...(reason.found !== undefined && { found: found! }),
    ...(reason.value !== undefined && { value: value! }),
  };
}

/** JSON's times reach from the year 0 to 9999. */
const iso = (ms: number) =>
  new Date(Math.min(Math.max(ms, -62_167_219_200_000), 253_402_300_799_999)).toISOString();
