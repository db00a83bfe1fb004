import { MillraceError } from "../../model/errors.ts";
import type { Deployment } from "../../model/flow.ts";
import type { Registry, RunsAs } from "../registry.ts";

/**
 * Lets the flow run as `deployments.json` says; no rows: not at all. Throws invalid_body for what deployments do not have,
 * else what `deploy` throws.
 */
export async function runAs(registry: Registry, flow: string, rows: readonly RunsAs[]): Promise<Deployment> {
  const [row, ...more] = rows;
  if (!row) return await registry.deploy(flow, await runningVersion(registry, flow), "off");
  const { version, forced, ...unknown } = row;
  const [name] = Object.keys(unknown);
  if (name !== undefined) throw wrong(`A deployment has no "${name}" here; take it out.`);
  if (more.length > 0) throw wrong(`The flow "${flow}" stands there twice; one version of it can run.`);
  if (forced !== undefined && typeof forced !== "string")
    throw wrong('"forced" has to be a text: the reason.');
  return await registry.deploy(flow, version, "live", forced);
}

const wrong = (message: string) => new MillraceError("invalid_body", message);

async function runningVersion(registry: Registry, flow: string): Promise<number> {
  const { flows } = await registry.deployment();
  return flows.find(({ definition }) => definition.id === flow)?.version ?? 0;
}
