import type { Flow } from "../model/flow.ts";
import { compilePlan, type Plan } from "./compile.ts";
import { reached, type Surroundings } from "./surroundings.ts";

/**
 * A flow made ready to run by itself: messages of devices enter it alone, and the flows that it hands messages to, as
 * `around` has them, only by way of it. `version` is what its effects say. The flow has to have passed validation.
 */
export function planAlone(flow: Flow, around: Surroundings = {}, version = 0): Plan {
  const others = reached(flow, around.flows).map(({ definition, version }) => ({
    version: version ?? 0,
    definition,
  }));
  const enforced = (around.profiles ?? []).filter(({ payload }) => payload?.enforce);
  const payloads = Object.fromEntries(enforced.map(({ name, payload }) => [name, payload!]));
  const plan = compilePlan([{ version, definition: flow }, ...others], { payloads, tables: around.tables });
  plan.flows = plan.flows.filter(({ id }) => id === flow.id);
  return plan;
}
