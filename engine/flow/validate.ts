import { type Flow, flowSchema } from "../model/flow.ts";
import type { Problem } from "../model/problem.ts";
import { NamedConditions } from "../rules/named-conditions.ts";
import { checkChannels } from "./check-channels.ts";
import { checkConditions } from "./check-conditions.ts";
import { checkDevices } from "./check-devices.ts";
import { checkEdges } from "./check-edges.ts";
import { checkFields } from "./check-fields.ts";
import { checkHandings } from "./check-handings.ts";
import { checkNodes } from "./check-nodes.ts";
import { checkShape } from "./check-shape.ts";
import { checkTables } from "./check-tables.ts";
import { dotted, sentence, told } from "./sentence.ts";
import type { Surroundings } from "./surroundings.ts";

const maxDepth = 64;

/**
 * Finds everything that keeps a flow from running, and what may be wrong (`level` "warning"), each with a sentence that says how to mend it. `flow` is there when
 * the input has a flow's form, even with problems left. Never throws. Of what `around` leaves out nothing is said.
 */
export function validateFlow(
  input: unknown,
  around: Surroundings = {},
): { flow?: Flow; problems: Problem[] } {
  if (isDeeperThan(input, maxDepth))
    return {
      problems: [
        { code: "too_deep", message: `The flow is nested deeper than ${maxDepth} levels; make it flatter.` },
      ],
    };
  const parsed = flowSchema.safeParse(input, { error: sentence, reportInput: true });
  if (!parsed.success)
    return {
      problems: parsed.error.issues.map((issue) => ({
        code: "invalid_form",
        message: told(issue, "The flow"),
        ...placeIn(input, issue.path),
        path: dotted(issue.path),
      })),
    };
  const flow = parsed.data;
  const conditions = new NamedConditions(flow.conditions);
  const kinds = checkNodes(flow, conditions);
  const edges = checkEdges(flow, kinds.kindOf);
  return {
    flow,
    problems: [
      ...checkConditions(conditions),
      ...kinds.problems,
      ...edges.problems,
      ...checkShape(flow, kinds.kindOf, edges.links),
      ...checkDevices(flow, kinds.kindOf, edges.links, around),
      ...checkHandings(flow, around),
      ...(around.channels ? checkChannels(flow, around.channels) : []),
      ...(around.tables ? checkTables(flow, around.tables) : []),
      ...(around.profiles ? checkFields(flow, conditions, around.profiles, around.tables) : []),
    ],
  };
}

/** The node that a path such as nodes[2].config lies in, if it has an id. */
function placeIn(input: unknown, [list, index]: readonly PropertyKey[]): { node?: string } {
  if (list !== "nodes" || typeof index !== "number") return {};
  const id = (input as { nodes?: { id?: unknown }[] }).nodes?.[index]?.id;
  return typeof id === "string" ? { node: id } : {};
}

function isDeeperThan(input: unknown, depth: number): boolean {
  let level = [input];
  for (let i = 0; i <= depth; i++) {
    const next: unknown[] = [];
    for (const item of level)
      if (typeof item === "object" && item !== null)
        for (const inner of Object.values(item)) next.push(inner);
    if (next.length === 0) return false;
    level = next;
  }
  return true;
}
