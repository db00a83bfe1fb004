import type { FlowVersion } from "../../model/flow.ts";
import { flowSchema } from "../../model/flow.ts";
import { type Author, nobody, type RepositoryProblem } from "../../model/repository.ts";
import type { Value } from "../../model/value.ts";
import { canonicalJson, contentHash } from "../registry/canonical.ts";
import type { Registry } from "../registry.ts";
import {
  casesPath,
  type DeploymentEntry,
  deploymentsPath,
  deploymentsText,
  entryOf,
  flowPath,
  readCases,
  readDeployments,
  readJson,
  versionFiles,
} from "./flow-files.ts";
import { locked, moveBranch } from "./lock.ts";
import { isReachable, type Repo, tag, tagged, untag } from "./repo.ts";
import { byFlow, textOf, textOfRows } from "./take-deployments.ts";
import { broughtBy, fileAt, foldersAt, textAt, writeCommit } from "./trees.ts";
import { bringWorkingTree } from "./working-tree.ts";

/** The branch went on by somebody else's hand: look at that first. */
export class Moved extends Error {}

export interface Recording {
  repo: Repo;
  registry: Registry;
  /** The commit that the next one follows. */
  head: string | null;
  /** Who deployed what since the last record, as far as this process knows. */
  deployers: Map<string, string>;
  problems: readonly RepositoryProblem[];
  /** Files that somebody edits in the working tree: they were left as they are. */
  edited: Set<string>;
}

type Version = FlowVersion & { cases: Value[] };

/** Brings everything into the repository that the registry has and it has not. Throws Moved, or unavailable. */
export async function record(recording: Recording) {
  const { registry } = recording;
  for (let pending = await registry.pendingVersions(50); pending.length > 0; ) {
    for (const version of pending) await recordVersion(recording, version);
    pending = await registry.pendingVersions(50);
  }
  await removeDeleted(recording);
  await recordDeployments(recording);
}

/** Puts a commit on the branch. What a crash leaves half done is found by what the registry knows of it. */
async function put(
  recording: Recording,
  commit: { files: ReadonlyMap<string, string | null>; message: string; author: Author; at: number },
): Promise<string> {
  const { repo, registry, head } = recording;
  const next = await writeCommit(repo, { parent: head, ...commit });
  await registry.putRepositoryState({ next });
  await locked(repo, async () => {
    if (!(await moveBranch(repo, head, next))) throw new Moved();
    for (const path of await bringWorkingTree(repo, next)) recording.edited.add(path);
  });
  recording.head = next;
  return next;
}

const settled = ({ registry, head }: Recording) => registry.putRepositoryState({ head, next: null });

async function recordVersion(recording: Recording, one: Version) {
  const { repo, registry } = recording;
  const { flow, version, message, author } = one;
  const commit =
    (await commitOfVersion(recording, one)) ??
    (await put(recording, {
      files: versionFiles(one.definition, one.cases),
      message: `${flow} ${version}${message ? `: ${message}` : ""}`,
      author: { name: author ?? nobody },
      at: Date.parse(one.createdAt),
    }));
  await tag(repo, flow, version, commit);
  await registry.versionRecorded(one, commit);
  await settled(recording);
}

/** Where the repository has the version already: it came from there, or a crash came before it was noted. */
async function commitOfVersion({ repo, head }: Recording, one: Version): Promise<string | undefined> {
  if (head === null) return undefined;
  if (await holds(repo, head, one)) return await broughtBy(repo, head, one.flow);
  const known = await tagged(repo, one.flow, one.version);
  if (known === null || !(await holds(repo, known, one))) return undefined;
  return (await isReachable(repo, head, known)) ? known : undefined;
}

async function holds(repo: Repo, commit: string, { flow, hash, cases }: Version): Promise<boolean> {
  try {
    const read = flowSchema.parse(readJson((await textAt(repo, commit, flowPath(flow))) ?? ""));
    const beside = readCases(await textAt(repo, commit, casesPath(flow)));
    return contentHash(read) === hash && canonicalJson(beside) === canonicalJson(cases);
  } catch {
    return false;
  }
}

/** Flows that were deleted here leave the repository's files; its history keeps them. */
async function removeDeleted(recording: Recording) {
  const { repo, registry, head, problems } = recording;
  const there = new Set((await registry.flows()).map(({ id }) => id));
  // What could not be taken is not known here either, and stays.
  for (const { path } of problems) if (path) there.add(path.split("/")[0]!);
  for (const name of (await foldersAt(repo, head)).keys()) {
    if (there.has(name) || name.startsWith(".")) continue;
    if ((await fileAt(repo, recording.head, flowPath(name))) === null) continue;
    const files = new Map([flowPath(name), casesPath(name)].map((path) => [path, null]));
    await put(recording, { files, message: `Delete ${name}`, author: { name: nobody }, at: Date.now() });
    await untag(repo, name);
    await settled(recording);
  }
}

async function recordDeployments(recording: Recording) {
  const { repo, registry, head, problems, deployers } = recording;
  const rows = await registry.deployedRows();
  const own = problems.filter(({ path }) => path === deploymentsPath);
  if (own.some(({ flow, ran }) => flow === null && ran === textOfRows(rows))) return;
  const before = await deploymentsAt(repo, head);
  if (before === undefined && rows.length === 0) return;
  const wanted = byFlow(rows.map(entryOf));
  const was = byFlow(before ?? []);
  // What the file asks for and cannot be stays there, until something else is deployed.
  for (const { flow, ran } of own)
    if (flow !== null && ran === textOf(wanted.get(flow))) {
      const asked = was.get(flow);
      if (asked) wanted.set(flow, asked);
      else wanted.delete(flow);
    }
  const changed = [...new Set([...was.keys(), ...wanted.keys()])].filter(
    (flow) => textOf(was.get(flow)) !== textOf(wanted.get(flow)),
  );
  if (before !== undefined && changed.length === 0) return;
  const names = new Set(changed.flatMap((flow) => deployers.get(flow) ?? []));
  await put(recording, {
    files: new Map([[deploymentsPath, deploymentsText([...wanted.values()].flat())]]),
    message: changed
      .sort()
      .map((flow) => sayDeployed(flow, wanted.get(flow)))
      .join("\n")
      .replace("\n", "\n\n"),
    author: { name: names.size === 1 ? [...names][0]! : nobody },
    at: Date.now(),
  });
  for (const flow of changed) deployers.delete(flow);
  await settled(recording);
}

async function deploymentsAt(repo: Repo, head: string | null): Promise<DeploymentEntry[] | undefined> {
  try {
    const text = await textAt(repo, head, deploymentsPath);
    return text === undefined ? undefined : readDeployments(text);
  } catch {
    return undefined;
  }
}

function sayDeployed(flow: string, entries: readonly DeploymentEntry[] | undefined): string {
  if (!entries) return `Switch ${flow} off`;
  const modes = entries.map(({ version, mode }) => `${version}${mode === "live" ? "" : ` as ${mode}`}`);
  return `Deploy ${flow} ${modes.join(" and ")}`;
}
