import git, { type CommitObject, type TreeEntry } from "isomorphic-git";
import { MillraceError } from "../../model/errors.ts";
import { type Author, nobody } from "../../model/repository.ts";
import type { Repo } from "./repo.ts";

const maxBytes = 5 * 1_048_576;

async function entries(repo: Repo, oid: string | null | undefined): Promise<TreeEntry[]> {
  return oid ? (await git.readTree({ ...repo, oid })).tree : [];
}

/** The folders at the top of a commit by their names, with what identifies all that is in them. */
export async function foldersAt(repo: Repo, commit: string | null): Promise<Map<string, string>> {
  const top = await entries(repo, commit);
  return new Map(top.filter(({ type }) => type === "tree").map(({ path, oid }) => [path, oid]));
}

/** What identifies the content of a file; null where there is none. */
export async function fileAt(repo: Repo, commit: string | null, path: string): Promise<string | null> {
  const [first, second] = path.split("/") as [string, string?];
  const found = (await entries(repo, commit)).find((entry) => entry.path === first);
  if (second === undefined) return found?.type === "blob" ? found.oid : null;
  if (found?.type !== "tree") return null;
  const inner = (await entries(repo, found.oid)).find((entry) => entry.path === second);
  return inner?.type === "blob" ? inner.oid : null;
}

/** The text of a file; undefined where there is none. Throws invalid_body where it is too large or not UTF-8. */
export async function textAt(repo: Repo, commit: string | null, path: string): Promise<string | undefined> {
  const oid = await fileAt(repo, commit, path);
  if (oid === null) return undefined;
  const { blob } = await git.readBlob({ ...repo, oid });
  if (blob.length > maxBytes)
    throw new MillraceError(
      "invalid_body",
      `The file has ${blob.length} bytes; at most ${maxBytes} are read.`,
    );
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(blob);
  } catch {
    throw new MillraceError("invalid_body", "The file is not UTF-8; save it in that encoding.");
  }
}

/** The commit that brought the folder into the state in which `head` has it. */
export async function broughtBy(repo: Repo, head: string, folder: string): Promise<string> {
  const wanted = (await foldersAt(repo, head)).get(folder);
  for (let commit = head; ; ) {
    const { parent } = (await git.readCommit({ ...repo, oid: commit })).commit;
    let same: string | undefined;
    for (const one of parent) if ((await foldersAt(repo, one)).get(folder) === wanted) same ??= one;
    if (same === undefined) return commit;
    commit = same;
  }
}

export async function aboutCommit(repo: Repo, oid: string) {
  const { commit } = await git.readCommit({ ...repo, oid });
  return { author: commit.author.name, at: commit.author.timestamp * 1000, message: commit.message.trim() };
}

export interface NewCommit {
  parent: string | null;
  /** Texts by path, at the top or one folder deep; null: no such file any more. */
  files: ReadonlyMap<string, string | null>;
  message: string;
  author: Author;
  /** When it was done, ms. */
  at: number;
}

/** Writes a commit that nothing points to yet, and gives its name. */
export async function writeCommit(repo: Repo, { parent, files, message, author, at }: NewCommit) {
  const commit: CommitObject = {
    tree: await writeFiles(repo, parent, files),
    parent: parent === null ? [] : [parent],
    message: `${message}\n`,
    author: signature(author, at),
    committer: signature({ name: nobody }, Date.now()),
  };
  return await git.writeCommit({ ...repo, commit });
}

async function writeFiles(repo: Repo, parent: string | null, files: NewCommit["files"]): Promise<string> {
  const top = new Map((await entries(repo, parent)).map((entry) => [entry.path, entry]));
  const inFolders = new Map<string, Map<string, string | null>>();
  for (const [path, text] of files) {
    const [folder, name] = path.split("/") as [string, string?];
    if (name === undefined) await putFile(repo, top, folder, text);
    else inFolders.set(folder, (inFolders.get(folder) ?? new Map()).set(name, text));
  }
  for (const [folder, inside] of inFolders) {
    const before = top.get(folder);
    const tree = new Map(
      (await entries(repo, before?.type === "tree" ? before.oid : null)).map((entry) => [entry.path, entry]),
    );
    for (const [name, text] of inside) await putFile(repo, tree, name, text);
    if (tree.size === 0) top.delete(folder);
    else {
      const oid = await git.writeTree({ ...repo, tree: [...tree.values()] });
      top.set(folder, { mode: "040000", path: folder, oid, type: "tree" });
    }
  }
  return await git.writeTree({ ...repo, tree: [...top.values()] });
}

async function putFile(repo: Repo, tree: Map<string, TreeEntry>, name: string, text: string | null) {
  if (text === null) return void tree.delete(name);
  const oid = await git.writeBlob({ ...repo, blob: new TextEncoder().encode(text) });
  tree.set(name, { mode: "100644", path: name, oid, type: "blob" });
}

/** Git takes no line breaks and angle brackets in names, and nobody without an address. */
export function signature({ name, email }: Author, at: number) {
  const plain = name.replaceAll(/[<>\p{Cc}]/gu, " ").trim() || nobody;
  const local = plain.toLowerCase().replaceAll(/[^a-z0-9]+/g, ".");
  const timestamp = Math.floor(at / 1000);
  return { name: plain, email: email ?? `${local}@localhost`, timestamp, timezoneOffset: 0 };
}

export interface FileChange {
  path: string;
  before: string | null;
  after: string | null;
}

/** Files that differ between two commits or trees, however deep. */
export async function changedFiles(
  repo: Repo,
  before: string | null,
  after: string | null,
  folder = "",
): Promise<FileChange[]> {
  if (before === after) return [];
  const [old, now] = await Promise.all([before, after].map((oid) => entries(repo, oid)));
  const [was, is] = [old!, now!].map((list) => new Map(list.map((entry) => [entry.path, entry])));
  const changes: FileChange[] = [];
  for (const name of new Set([...was!.keys(), ...is!.keys()])) {
    const [from, to] = [was!.get(name), is!.get(name)];
    if (from?.oid === to?.oid) continue;
    const path = `${folder}${name}`;
    const oidAs = (entry: TreeEntry | undefined, type: string) => (entry?.type === type ? entry.oid : null);
    const [fromFile, toFile] = [oidAs(from, "blob"), oidAs(to, "blob")];
    if (fromFile !== toFile) changes.push({ path, before: fromFile, after: toFile });
    changes.push(...(await changedFiles(repo, oidAs(from, "tree"), oidAs(to, "tree"), `${path}/`)));
  }
  return changes;
}
