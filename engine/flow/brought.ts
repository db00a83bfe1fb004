import type { DeviceContext } from "../model/device.ts";
import type { DeployedFlow } from "../model/flow.ts";
import { placeIn, seenBy } from "./candidates.ts";
import { compileFlow, type FlowPlan, type Plan, type PlanPlace } from "./compile.ts";
import { tablesIn } from "./field-reads.ts";
import { fateOf } from "./memory.ts";

/**
 * The node in the version that a replay brought, be it one that runs or not. Throws with the reason where the message cannot go
 * on there.
 */
export function placeBrought(
  plan: Plan,
  brought: DeployedFlow,
  node: string,
  device?: DeviceContext,
): PlanPlace {
  const { definition, version } = brought;
  const running = placeIn(plan, `${definition.id}/${node}`, version);
  if (running?.flow.version === version) return running;
  const live = plan.flowById.get(definition.id);
  const flow = broughtFlow(plan, brought, live && device ? seenBy(live, device) : live);
  const found = flow.nodes.find(({ id }) => id === node);
  if (found) return { flow, node: found };
  throw new Error(
    `Version ${version} of flow "${definition.id}" has no node "${node}", at which the message failed; choose a version that has.`,
  );
}

/** The version made ready once, to take messages in place of `running`, whose state it goes on with where that fits. */
function broughtFlow(plan: Plan, brought: DeployedFlow, running: FlowPlan | undefined): FlowPlan {
  const { definition, version } = brought;
  const key = `${definition.id}@${version}/${running?.version ?? ""}`;
  const known = plan.brought.get(key);
  if (known) return known;
  for (const { name } of tablesIn(definition))
    if (!plan.given.tables.has(name))
      throw new Error(
        `Version ${version} of flow "${definition.id}" looks something up in the table "${name}", which no flow that runs uses; deploy a version that uses it, or choose one that does not.`,
      );
  const flow = made(plan, brought);
  flow.isBrought = true;
  for (const [index, after] of definition.nodes.entries()) {
    const before = running?.definition.nodes.find(({ id }) => id === after.id);
    flow.nodes[index]!.forgets = before !== undefined && fateOf(before, after) === "anew";
  }
  plan.brought.set(key, flow);
  return flow;
}

function made(plan: Plan, brought: DeployedFlow): FlowPlan {
  try {
    return compileFlow(brought, plan.given);
  } catch (error) {
    const { definition, version } = brought;
    const why = (error as Error).message.replace(/\.?$/, ".");
    throw new Error(
      `Version ${version} of flow "${definition.id}" cannot run: ${why} Choose another version, or mend the flow and choose the version made of it.`,
    );
  }
}
