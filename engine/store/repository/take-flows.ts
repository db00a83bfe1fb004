import { MillraceError } from "../../model/errors.ts";
import { type Flow, flowSchema } from "../../model/flow.ts";
import { isError, type Problem } from "../../model/problem.ts";
import { nobody, type RepositoryProblem } from "../../model/repository.ts";
import type { Value } from "../../model/value.ts";
import { contentHash } from "../registry/canonical.ts";
import type { Registry } from "../registry.ts";
import { casesPath, flowPath, readCases, readJson } from "./flow-files.ts";
import { type Repo, tagged, taggedVersions } from "./repo.ts";
import { aboutCommit, broughtBy, fileAt, foldersAt, textAt } from "./trees.ts";

/** What a flow has to stand before it becomes a version or runs. */
export interface Checks {
  /** `flow` is there when the input has a flow's form, even with problems left. */
  flow(input: unknown): Promise<{ flow?: Flow; problems: Problem[] }>;
  /** Throws `cases_failed` where a case fails. */
  cases(flow: Flow, cases: readonly Value[]): Promise<void>;
}

export interface Taking {
  repo: Repo;
  registry: Registry;
  checks: Checks;
  /** What is taken; and up to which commit everything was, null where nothing is known. */
  head: string;
  since: string | null;
  /** Whether nothing was ever taken here. */
  isFirst: boolean;
}

/**
 * Makes versions of the flows that others changed in the repository, and says what cannot be one. `again`: folders that are
 * looked at although they are as before. `made`: flows that were not there.
 */
export async function takeFlows(taking: Taking, again: ReadonlySet<string>) {
  const [before, now] = [
    await foldersAt(taking.repo, taking.since),
    await foldersAt(taking.repo, taking.head),
  ];
  const known = new Set((await taking.registry.flows()).map(({ id }) => id));
  const names = new Set([...before.keys(), ...now.keys()]);
  let left = [...names].filter(
    (name) => !name.startsWith(".") && (again.has(name) || before.get(name) !== now.get(name)),
  );
  const problems = new Map<string, RepositoryProblem>();
  // One may hand messages to another that comes with it.
  for (let before = Number.POSITIVE_INFINITY; left.length > 0 && left.length < before; ) {
    before = left.length;
    const failed: string[] = [];
    for (const name of left) {
      const problem = await takeFolder(taking, name, { isKnown: known.has(name), isAgain: again.has(name) });
      if (problem) {
        problems.set(name, problem);
        failed.push(name);
      } else problems.delete(name);
    }
    left = failed;
  }
  return { problems: [...problems.values()], made: await madeHere(taking, known) };
}

/** Flows that were not known, those of a first time that ended in a crash included. */
async function madeHere({ registry, isFirst }: Taking, known: ReadonlySet<string>): Promise<Set<string>> {
  const made = new Set<string>();
  for (const { id, live } of await registry.flows()) {
    const isOfCrash = async () =>
      isFirst && live === null && (await registry.versions(id)).every(({ commit }) => commit === null);
    if (!known.has(id) || (await isOfCrash())) made.add(id);
  }
  return made;
}

async function takeFolder(
  taking: Taking,
  name: string,
  { isKnown, isAgain }: { isKnown: boolean; isAgain: boolean },
): Promise<RepositoryProblem | undefined> {
  const { repo, head, since } = taking;
  let path = flowPath(name);
  const wrong = (message: string, problems?: Problem[]) => ({
    code: "not_taken" as const,
    path,
    flow: isKnown ? name : null,
    message,
    ...(problems && { problems }),
  });
  try {
    const text = await textAt(repo, head, path);
    if (text === undefined) {
      const isGone = isKnown && (isAgain || (await fileAt(repo, since, path)) !== null);
      return isGone ? wrong(gone(name)) : undefined;
    }
    const json = readJson(text);
    const id = (json as { id?: unknown } | null)?.id;
    if (typeof id === "string" && id !== name)
      return wrong(`The folder is "${name}", the flow in it "${id}"; give both one name.`);
    path = casesPath(name);
    const cases = readCases(await textAt(repo, head, path));
    path = flowPath(name);
    if (!isKnown) await takeTagged(taking, name);
    if (await isThere(taking, name, json)) return undefined;
    const { flow, problems } = await taking.checks.flow(json);
    const errors = problems.filter(isError);
    if (!flow || errors.length > 0) return wrong(first(errors), errors);
    await taking.registry.takeVersion({ flow, cases, ...(await said(taking, name, head)) });
    return undefined;
  } catch (error) {
    if (error instanceof MillraceError && error.code === "invalid_body") return wrong(error.message);
    throw error;
  }
}

/**
 * Whether it is a version already: taken, and not noted before a crash; or known to this server, where the repository is
 * new to it.
 */
async function isThere({ registry, since }: Taking, name: string, json: unknown): Promise<boolean> {
  const flow = flowSchema.safeParse(json).data;
  if (!flow) return false;
  const hash = contentHash(flow);
  const same = (await registry.versions(name)).filter((version) => version.hash === hash);
  return same.some(({ commit }) => since === null || commit === null);
}

/** The versions of a flow that the repository knows by tags, under their numbers. They were checked when they were made. */
async function takeTagged(taking: Taking, name: string) {
  const { repo, registry } = taking;
  for (const version of await taggedVersions(repo, name)) {
    const commit = (await tagged(repo, name, version))!;
    try {
      const flow = flowSchema.parse(readJson((await textAt(repo, commit, flowPath(name))) ?? ""));
      const cases = readCases(await textAt(repo, commit, casesPath(name)));
      await registry.takeVersion({ flow, cases, version, ...(await said(taking, name, commit)) });
    } catch (error) {
      // A tag that somebody else made, or a version of a form that is no more.
      if (error instanceof MillraceError && error.code !== "invalid_body") throw error;
    }
  }
}

/** Who made what is in the folder, when, and why. */
async function said({ repo }: Taking, name: string, head: string) {
  const { author, at, message } = await aboutCommit(repo, await broughtBy(repo, head, name));
  const own = new RegExp(`^${name} \\d+(: |$)`);
  return {
    author: author === nobody ? null : author.slice(0, 128),
    at,
    message: message.replace(own, "").slice(0, 500),
  };
}

function first([problem, ...more]: readonly Problem[]): string {
  return `${problem!.message}${more.length > 0 ? ` And ${more.length} more.` : ""}`;
}

const gone = (name: string) =>
  `The file is gone; the flow and its versions stay. Delete the flow on the page or by DELETE /api/flows/${name}, or bring the file back by Git.`;
