import { mkdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import git, { STAGE } from "isomorphic-git";
import { branchRef, commitOf, type Repo } from "./repo.ts";
import { changedFiles } from "./trees.ts";

/** The commit that we last brought the working tree to: what a crash left half done is found by it. */
const broughtTo = "refs/millrace/working-tree";

/**
 * Brings index and working tree to the commit, file by file, and gives the paths of those that somebody edits: they stay as
 * they are. Nothing is done while another branch is checked out. Under the lock.
 */
export async function bringWorkingTree(repo: Repo, commit: string): Promise<string[]> {
  const checkedOut = await git.currentBranch({ ...repo, fullname: true }).catch(() => undefined);
  if (checkedOut !== branchRef(repo)) return [];
  const from = await commitOf(repo, broughtTo);
  if (from === commit) return [];
  const changes = await changedFiles(repo, from, commit);
  const staged = await stagedFiles(
    repo,
    changes.map(({ path }) => path),
  );
  const edited: string[] = [];
  for (const { path, before, after } of changes) {
    const index = staged.get(path) ?? null;
    // Git brought it here, as with a push.
    if (index === after) continue;
    const file = await hashOf(repo, path);
    if (index === before && (file === before || file === after)) await put(repo, path, after);
    else {
      edited.push(path);
      // `git diff` then shows what the edit would change of the version that is there now.
      if (index === before) await stage(repo, path, after);
    }
  }
  await git.writeRef({ ...repo, ref: broughtTo, value: commit, force: true });
  return edited;
}

/** Whether the file is not as it is staged. */
export async function isEdited(repo: Repo, path: string): Promise<boolean> {
  const staged = await stagedFiles(repo, [path]);
  return (staged.get(path) ?? null) !== (await hashOf(repo, path));
}

async function stagedFiles(repo: Repo, paths: readonly string[]): Promise<Map<string, string>> {
  const wanted = new Set<string>(["."]);
  for (const path of paths) for (let part = path; part !== "."; part = dirname(part)) wanted.add(part);
  const found = new Map<string, string>();
  await git.walk({
    ...repo,
    trees: [STAGE()],
    async map(path, [entry]) {
      if (!wanted.has(path) || !entry) return null;
      if ((await entry.type()) === "blob") found.set(path, await entry.oid());
      return true;
    },
  });
  return found;
}

/** What identifies the content of a file in the working tree; null where there is none. */
async function hashOf(repo: Repo, path: string): Promise<string | null> {
  try {
    return (await git.hashBlob({ object: await readFile(join(repo.dir, path)) })).oid;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    // A folder or a link stands there, or it cannot be read: somebody else's.
    return "";
  }
}

async function put(repo: Repo, path: string, oid: string | null) {
  const place = join(repo.dir, path);
  if (oid === null) {
    await rm(place, { force: true });
    // Stays where it holds something else.
    await rmdir(dirname(place)).catch(() => {});
  } else {
    await mkdir(dirname(place), { recursive: true });
    const { blob } = await git.readBlob({ ...repo, oid });
    await writeFile(`${place}.new`, blob);
    await rename(`${place}.new`, place);
  }
  await stage(repo, path, oid);
}

async function stage(repo: Repo, path: string, oid: string | null) {
  if (oid === null) await git.remove({ ...repo, filepath: path });
  else await git.updateIndex({ ...repo, filepath: path, oid, add: true });
}
