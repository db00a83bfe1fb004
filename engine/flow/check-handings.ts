import type { DeployedFlow, Flow } from "../model/flow.ts";
import { isError, type Problem } from "../model/problem.ts";
import { NamedConditions } from "../rules/named-conditions.ts";
import { nearest } from "../rules/nearest.ts";
import { checkDevices } from "./check-devices.ts";
import { checkEdges } from "./check-edges.ts";
import { checkNodes } from "./check-nodes.ts";
import { circleFrom, type Handing, handings, type Surroundings, takesHanded } from "./surroundings.ts";
import { maxVisits, waysThrough } from "./ways.ts";

const notDeployed = "flow_not_deployed";
/** What goes away by something outside of the flow, and does not matter to a trial. */
const outside = new Set([notDeployed, "unknown_channel"]);

/** Whether the flow cannot even be tried with it. */
export const keepsFromTrying = (problem: Problem) => isError(problem) && !outside.has(problem.code);

/** Checks what a flow hands to others: that they are there, run, take messages of flows, and hand none back. */
export function checkHandings(
  flow: Flow,
  { flows, ids }: Surroundings,
  absent: (one: Handing) => Problem = (one) => unknown(one, ids ?? [...(flows?.keys() ?? [])]),
): Problem[] {
  const handed = handings(flow);
  const itself = handed.find((one) => one.flow === flow.id);
  if (itself) return [circular(itself, [flow.id])];
  if (!flows || handed.length === 0) return [];
  const circle = circleFrom(flow, (id) => flows.get(id)?.definition);
  if (circle) {
    const first = handed.find((one) => one.flow === circle[1])!;
    return [circular(first, circle)];
  }
  if (waysThrough(flow, flows) > maxVisits) return [tooMany(handed[0]!)];
  return handed.flatMap((one) => {
    const other = flows.get(one.flow);
    if (!other) return [absent(one)];
    if (!takesHanded(other.definition)) return [takesNone(one)];
    return other.version === null ? [idle(one)] : [];
  });
}

/**
 * Why these flows cannot all run together, once `changed` is deployed or switched off; undefined when they can.
 */
export function refuseDeployment(flows: readonly DeployedFlow[], changed: string): Problem | undefined {
  const byId = new Map(flows.map(({ version, definition }) => [definition.id, { version, definition }]));
  const own = byId.get(changed);
  const [problem] = own ? checkHandings(own.definition, { flows: byId }, idle) : [];
  if (problem) return problem;
  for (const { definition } of own ? flows : []) {
    if (handings(definition).length === 0) continue;
    const { kindOf } = checkNodes(definition, new NamedConditions(definition.conditions));
    const [deviceless] = checkDevices(definition, kindOf, checkEdges(definition, kindOf).links, {
      flows: byId,
    });
    if (deviceless) return deviceless;
  }
  for (const { definition } of flows) {
    const one = handings(definition).find(({ flow }) => flow === changed);
    if (!one || definition.id === changed) continue;
    if (!own)
      return {
        code: "flow_in_use",
        message: `Node "${one.node}" of flow "${definition.id}" hands messages to "${changed}"; switch "${definition.id}" off first, or take that node out.`,
      };
    if (!takesHanded(own.definition))
      return {
        code: "flow_in_use",
        message: `Node "${one.node}" of flow "${definition.id}" hands messages to "${changed}", which would take none any more; set "messages from" of its input to flows, or take that node out.`,
      };
  }
  return undefined;
}

const problemAt = ({ node, setting }: Handing, code: string, message: string): Problem => ({
  code,
  node,
  path: setting,
  message: `Node "${node}": ${message}`,
});

const circular = (one: Handing, circle: readonly string[]) =>
  problemAt(
    one,
    "flow_cycle",
    `Flows would hand messages round in a circle: ${[...circle, circle[0]!].join(" -> ")}. Hand them to another flow, or take this node out.`,
  );

function unknown(one: Handing, known: readonly string[]): Problem {
  const near = nearest(one.flow, known);
  return problemAt(
    one,
    "unknown_flow",
    `There is no flow "${one.flow}". ${near ? `Did you mean "${near}"? ` : ""}Choose a flow, or make this one first.`,
  );
}

const tooMany = (one: Handing) =>
  problemAt(
    one,
    "too_many_ways",
    `One message could make more than ${maxVisits} visits in this flow and those that it is handed to; join fewer branches.`,
  );

const takesNone = (one: Handing) =>
  problemAt(
    one,
    "flow_takes_none",
    `The flow "${one.flow}" takes no messages of other flows; set "messages from" of its input to flows, and deploy it.`,
  );

const idle = (one: Handing) =>
  problemAt(
    one,
    notDeployed,
    `The flow "${one.flow}" does not run, so that nobody would take the messages; deploy it first.`,
  );
