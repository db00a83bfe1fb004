import { join } from "node:path";
import { requirePassing } from "./api/cases.ts";
import type { Repository } from "./api/parts.ts";
import { surroundingsOf } from "./api/surroundings.ts";
import { validateFlow } from "./flow/validate.ts";
import { type Deployment, flowSchema } from "./model/flow.ts";
import type { Log } from "./pipeline/parts.ts";
import type { Settings } from "./settings.ts";
import type { Registry } from "./store/registry.ts";
import { testFlow } from "./test-flow.ts";

/** Opens the flows repository that the settings name, when it and the registry are alike. */
export async function openRepository(
  settings: Settings,
  parts: { registry: Registry; deployed(deployment: Deployment): Promise<void>; log: Log },
) {
  // Only here: who does not serve the API needs none of its code.
  const { FlowsRepository } = await import("./store/repository/repository.ts");
  const { MILLRACE_FLOWS_REMOTE: url, MILLRACE_FLOWS_REMOTE_TOKEN: token } = settings;
  return await FlowsRepository.open({
    ...parts,
    dir: settings.MILLRACE_FLOWS_DIR ?? join(settings.MILLRACE_DATA_DIR, "flows"),
    branch: settings.MILLRACE_FLOWS_BRANCH,
    remote: url === undefined ? undefined : { url, user: settings.MILLRACE_FLOWS_REMOTE_USER, token },
    checks: checksOn(parts.registry),
  });
}

/** What flows have to stand that come from the repository: the same as those that come by the API. */
export function checksOn(registry: Registry) {
  return {
    async flow(input: unknown) {
      const flow = flowSchema.safeParse(input).data;
      return validateFlow(input, flow && (await surroundingsOf(flow, registry)));
    },
    async cases(
      ...[flow, cases]: [flow: Parameters<typeof testFlow>[0], cases: Parameters<typeof testFlow>[1]]
    ) {
      requirePassing(await testFlow(flow, cases, await surroundingsOf(flow, registry)));
    },
  };
}

/** Of a process that does not serve the API. */
export const noRepository: Repository & { close(): Promise<void> } = {
  recorded: async () => {},
  report: async () => ({ branch: "", head: null, pending: 0, problems: [] }),
  close: async () => {},
};
