import type { ExplainedCause } from "../model/cause.ts";
import type { Registry } from "../store/registry.ts";

/** Adds to a cause which commit of the flows repository its version is, where that is known. Asks for each version once. */
export function addingCommits(registry: Registry, flow: string) {
  const commits = new Map<number, Promise<string | null | undefined>>();
  return async (cause: ExplainedCause): Promise<ExplainedCause> => {
    const { version } = cause;
    if (!commits.has(version))
      commits.set(
        version,
        registry.version(flow, version).then((found) => found?.commit),
      );
    const commit = await commits.get(version);
    return commit ? { ...cause, commit } : cause;
  };
}
