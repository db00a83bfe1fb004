import type { CauseStep } from "../model/cause.ts";
import type { Message } from "../model/message.ts";
import type { FlowPlan, PlanNode } from "./compile.ts";
import type { Input } from "./input.ts";

/**
 * How a message came to a node: the visit that let it go, and those before. It is made for every message, so it only
 * points to what is there anyway; what it means is worked out when somebody has to be told, see cause.ts.
 */
export type Trail = Link | Carried;

export interface Link {
  before: Trail | undefined;
  flow: FlowPlan;
  node: PlanNode;
  input: Input;
  /** The node's state before the visit. */
  state: unknown;
  /** None where the node handed the message over to another flow. */
  output: string | undefined;
  left: Message;
  /** What is told of the visit, once it was asked for. */
  told: CauseStep | undefined;
}

/** The visits were in another lane: only the ids of the nodes came along. */
export interface Carried {
  flow: FlowPlan;
  path: readonly string[];
  message: Message;
}

/** Ids of the nodes of that flow on the way, from the input on. */
export function pathOf(trail: Trail | undefined, flow: FlowPlan): string[] {
  const path: string[] = [];
  for (let at = trail; at && at.flow.id === flow.id; at = "path" in at ? undefined : at.before)
    path.unshift(...("path" in at ? at.path : [at.node.id]));
  return path;
}
