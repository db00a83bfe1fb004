import fs, { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import git from "isomorphic-git";
import { MillraceError } from "../../model/errors.ts";

/** A Git repository with a working tree. */
export interface Repo {
  fs: typeof fs;
  dir: string;
  gitdir: string;
  /** The branch that counts. */
  branch: string;
  /** What was read of packs and the index. */
  cache: object;
}

/**
 * Opens the repository, or makes one in an empty folder. Pushes to it bring its working tree along, and Git itself refuses
 * them while somebody has edits there. Throws MillraceError `invalid_setting`.
 */
export async function openRepo(path: string, branch: string): Promise<Repo> {
  const dir = resolve(path);
  const repo: Repo = { fs, dir, gitdir: join(dir, ".git"), branch, cache: {} };
  try {
    // Node's recursive mkdir never ends where the parent is there but takes no folders, as in /proc.
    if (!existsSync(dir)) mkdirSync(dir, { recursive: !existsSync(dirname(dir)) });
    if (!existsSync(repo.gitdir)) await make(repo);
    else if (!statSync(repo.gitdir).isDirectory()) throw cannot(dir, "is a worktree or submodule of another");
    await requireBranch(repo);
    const asks = await git.getConfig({ ...repo, path: "receive.denyCurrentBranch" });
    if (asks === undefined)
      await git.setConfig({ ...repo, path: "receive.denyCurrentBranch", value: "updateInstead" });
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    throw cannot(dir, `cannot be read and written (${(error as Error).message})`);
  }
  return repo;
}

async function make(repo: Repo) {
  if (readdirSync(repo.dir).length > 0)
    throw cannot(repo.dir, 'holds files and is no Git repository; run "git init" and "git commit" in it');
  await git.init({ ...repo, defaultBranch: repo.branch });
  // isomorphic-git writes what suits Windows.
  await git.setConfig({ ...repo, path: "core.ignorecase", value: false });
}

/** A history that begins anew beside the one that is there would be nobody's wish. */
async function requireBranch(repo: Repo) {
  if ((await headOf(repo)) !== null) return;
  const other = await git.currentBranch({ ...repo, test: true });
  if (!other) return;
  const how = `rename it (git branch -m ${repo.branch}), or set MILLRACE_FLOWS_BRANCH`;
  throw cannot(repo.dir, `has the branch "${other}" and no "${repo.branch}"; ${how}`);
}

const cannot = (dir: string, why: string) =>
  new MillraceError("invalid_setting", `MILLRACE_FLOWS_DIR: the folder ${dir} ${why}. Or name another.`);

/** The commit that a full name such as `refs/heads/main` stands for; null where there is none. */
export async function commitOf(repo: Repo, ref: string): Promise<string | null> {
  try {
    return await git.resolveRef({ ...repo, ref });
  } catch (error) {
    if ((error as { code?: string }).code === "NotFoundError") return null;
    throw error;
  }
}

export const branchRef = ({ branch }: Repo) => `refs/heads/${branch}`;
export const headOf = (repo: Repo) => commitOf(repo, branchRef(repo));

export async function hasCommit(repo: Repo, oid: string): Promise<boolean> {
  return await git.readCommit({ ...repo, oid }).then(
    () => true,
    () => false,
  );
}

/** Whether `commit` is `head` or comes before it. */
export async function isReachable(repo: Repo, head: string | null, commit: string): Promise<boolean> {
  if (head === null || !(await hasCommit(repo, commit))) return false;
  return head === commit || (await git.isDescendent({ ...repo, oid: head, ancestor: commit, depth: -1 }));
}

const tagName = (flow: string, version: number) => `refs/tags/${flow}/v${version}`;

export const tagged = (repo: Repo, flow: string, version: number) => commitOf(repo, tagName(flow, version));

export async function tag(repo: Repo, flow: string, version: number, commit: string) {
  if ((await tagged(repo, flow, version)) === commit) return;
  await git.writeRef({ ...repo, ref: tagName(flow, version), value: commit, force: true });
}

/** Numbers of the flow's versions that have tags, lowest first. */
export async function taggedVersions(repo: Repo, flow: string): Promise<number[]> {
  const names = await git.listTags(repo);
  return names
    .flatMap((name) => {
      const found = /^(.*)\/v([1-9]\d{0,8})$/.exec(name);
      return found?.[1] === flow ? [Number(found[2])] : [];
    })
    .sort((a, b) => a - b);
}

export async function untag(repo: Repo, flow: string) {
  for (const version of await taggedVersions(repo, flow))
    await git.deleteRef({ ...repo, ref: tagName(flow, version) });
}
