import { MillraceError } from "../../model/errors.ts";
import type { Deployment } from "../../model/flow.ts";
import { isError } from "../../model/problem.ts";
import type { RepositoryProblem } from "../../model/repository.ts";
import type { Value } from "../../model/value.ts";
import { canonicalJson } from "../registry/canonical.ts";
import type { DeployedRow, RunsAs } from "../registry.ts";
import { type DeploymentEntry, deploymentsPath, entryOf, readDeployments } from "./flow-files.ts";
import { runAs } from "./run-as.ts";
import type { Taking } from "./take-flows.ts";
import { textAt } from "./trees.ts";

type Entries = Map<string, DeploymentEntry[]>;

export const byFlow = (entries: readonly DeploymentEntry[]): Entries => {
  const flows: Entries = new Map();
  for (const entry of entries) flows.set(entry.flow, [...(flows.get(entry.flow) ?? []), entry]);
  return flows;
};
/** What of a flow's entries counts, as one text, whatever their order. */
export const textOf = (entries: readonly DeploymentEntry[] = []) =>
  canonicalJson(entries.map((entry) => canonicalJson(entry)).sort());
export const textOfRows = (rows: readonly DeployedRow[]) => textOf(rows.map(entryOf));

/**
 * Lets run what `deployments.json` says, where it says something else than before, and says what cannot be. `again`: flows
 * that are looked at although the file says of them what it said.
 */
export async function takeDeployments(
  taking: Taking & { deployed(deployment: Deployment): Promise<void> },
  { again, made }: { again: ReadonlySet<string>; made: ReadonlySet<string> },
): Promise<RepositoryProblem[]> {
  const { repo, registry, head, since } = taking;
  const rows = await registry.deployedRows();
  const whole = (message: string) => ({
    code: "not_taken" as const,
    path: deploymentsPath,
    flow: null,
    message,
    ran: textOfRows(rows),
  });
  let now: Entries;
  try {
    const text = await textAt(repo, head, deploymentsPath);
    // What runs is written there again.
    if (text === undefined) return [];
    now = byFlow(readDeployments(text));
  } catch (error) {
    if (error instanceof MillraceError && error.code === "invalid_body") return [whole(error.message)];
    throw error;
  }
  const before = await entriesAt(taking, since);
  const names = new Set([...before.keys(), ...now.keys()]);
  const isMeant = (flow: string) =>
    again.has(flow) || (since === null ? made.has(flow) : textOf(before.get(flow)) !== textOf(now.get(flow)));
  let left = [...names].filter(isMeant);
  const problems = new Map<string, RepositoryProblem>();
  // One may hand messages to another that is deployed or switched off with it.
  for (let before = Number.POSITIVE_INFINITY; left.length > 0 && left.length < before; ) {
    before = left.length;
    const failed: string[] = [];
    for (const flow of left) {
      const running = textOfRows(rows.filter((row) => row.flow === flow));
      const entries = now.get(flow) ?? [];
      const message = await runFlow(taking, entries, { flow, running, isNew: made.has(flow) });
      if (message === undefined) problems.delete(flow);
      else {
        // A part of it may run by now.
        const ran = textOfRows((await registry.deployedRows()).filter((row) => row.flow === flow));
        problems.set(flow, { code: "not_taken", path: deploymentsPath, flow, message, ran });
        failed.push(flow);
      }
    }
    left = failed;
  }
  return [...problems.values()];
}

/** What the file said at a commit; nothing where it could not be read. */
async function entriesAt({ repo }: Taking, commit: string | null): Promise<Entries> {
  try {
    return byFlow(readDeployments((await textAt(repo, commit, deploymentsPath)) ?? ""));
  } catch {
    return new Map();
  }
}

/** Why the flow cannot run so, else undefined. */
async function runFlow(
  { registry, checks, deployed }: Parameters<typeof takeDeployments>[0],
  entries: readonly DeploymentEntry[],
  { flow, running, isNew }: { flow: string; running: string; isNew: boolean },
): Promise<string | undefined> {
  try {
    const rows: (RunsAs & { hash: string })[] = [];
    for (const entry of entries) rows.push(await resolved(registry, entry, isNew));
    if (textOf(rows.map((row) => entryOf({ ...row, flow }))) === running) return undefined;
    for (const { version, forced } of rows) {
      const { definition } = (await registry.version(flow, version))!;
      const wrong = (await checks.flow(definition)).problems.find(isError);
      if (wrong) return wrong.message;
      if (forced === undefined) await checks.cases(definition, await registry.versionCases(flow, version));
    }
    const asked = rows.map(({ hash: _, ...row }) => row);
    for await (const deployment of runAs(registry, flow, asked)) await deployed(deployment);
    return undefined;
  } catch (error) {
    if (error instanceof MillraceError && error.code !== "unavailable") return error.message;
    throw error;
  }
}

/** The version that an entry means, by its number here. Throws invalid_body. */
async function resolved(
  registry: Taking["registry"],
  { flow, version, hash, mode, ...more }: DeploymentEntry,
  isNew: boolean,
): Promise<RunsAs & { hash: string }> {
  const versions = await registry.versions(flow);
  const numbered = version === "newest" ? versions[0] : versions.find((one) => one.version === version);
  // Where tags did not come along, the versions of a flow that was not here have other numbers.
  const byHash = numbered === undefined || (isNew && hash !== undefined && numbered.hash !== hash);
  const found = byHash ? versions.find((one) => one.hash === hash) : numbered;
  if (!found)
    throw new MillraceError(
      "invalid_body",
      `There is no version ${version} of flow "${flow}"; name one that there is.`,
    );
  if (version !== "newest" && hash !== undefined && hash !== found.hash)
    throw new MillraceError(
      "invalid_body",
      `Version ${version} of flow "${flow}" has the hash ${found.hash.slice(0, 12)}..., not the one that stands there; mend the number, or take the hash out.`,
    );
  const extra = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined)) as Record<
    string,
    Value
  >;
  return { ...extra, ...(mode !== "live" && { mode }), version: found.version, hash: found.hash };
}
