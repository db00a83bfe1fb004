import git, { type HttpClient } from "isomorphic-git";
import { MillraceError } from "../../model/errors.ts";
import { nobody } from "../../model/repository.ts";
import { locked, moveBranch } from "./lock.ts";
import { branchRef, headOf, isReachable, type Repo } from "./repo.ts";
import { signature } from "./trees.ts";
import { bringWorkingTree } from "./working-tree.ts";

/** Where the repository is fetched from and pushed to, over HTTP. */
export interface Remote {
  url: string;
  user: string;
  token?: string;
}

const name = "millrace";
const answerMs = 60_000;
/** Each takes a request of its own; the others follow with the next exchange. */
const maxTags = 50;

/**
 * Takes what the remote has into the branch, merged where both went on, and pushes what it has not. Gives whether the branch
 * moved. Throws MillraceError `conflict` where a person has to merge, else an Error of the network or the remote.
 */
export async function exchange(repo: Repo, remote: Remote, signal: AbortSignal): Promise<boolean> {
  const { url, user, token } = remote;
  const access = {
    ...repo,
    http: httpUntil(signal),
    url,
    onAuth: () => (token === undefined ? { cancel: true } : { username: user, password: token }),
    onAuthFailure: () => ({ cancel: true }),
  };
  if ((await git.getConfig({ ...repo, path: `remote.${name}.url` })) !== url)
    await git.addRemote({ ...repo, remote: name, url, force: true });
  const theirs = await fetchHead(access, repo);
  const ours = await headOf(repo);
  let moved = false;
  if (theirs !== null && !(await isReachable(repo, ours, theirs))) {
    const next = await merged(repo, ours, theirs);
    moved = await locked(repo, async () => {
      if (!(await moveBranch(repo, ours, next))) return false;
      await bringWorkingTree(repo, next);
      return true;
    });
    // What they have may be no version: it is pushed when it was looked at.
    if (moved) return true;
  }
  const head = await headOf(repo);
  if (head !== null && head !== theirs)
    await git.push({ ...access, ref: branchRef(repo), remoteRef: branchRef(repo), remote: name });
  await pushTags(access, repo);
  return moved;
}

type Access = Repo & { http: HttpClient; url: string };

async function fetchHead(access: Access, repo: Repo): Promise<string | null> {
  const refs = await git.listServerRefs({ ...access, prefix: branchRef(repo), protocolVersion: 2 });
  if (!refs.some(({ ref }) => ref === branchRef(repo))) return null;
  const fetched = await git.fetch({
    ...access,
    remote: name,
    ref: repo.branch,
    singleBranch: true,
    tags: true,
  });
  return fetched.fetchHead;
}

/** The commit in which both are: theirs where ours comes before it, else a merge. */
async function merged(repo: Repo, ours: string | null, theirs: string): Promise<string> {
  if (ours === null || (await isReachable(repo, theirs, ours))) return theirs;
  const by = signature({ name: nobody }, Date.now());
  try {
    const { oid } = await git.merge({
      ...repo,
      ours: branchRef(repo),
      theirs,
      author: by,
      committer: by,
      message: "Merge what came from the remote\n",
      noUpdateBranch: true,
      abortOnConflict: true,
    });
    return oid!;
  } catch (error) {
    const { code, data } = error as { code?: string; data?: { filepaths?: string[] } };
    if (code !== "MergeConflictError" && code !== "MergeNotSupportedError") throw error;
    const files = data?.filepaths?.join(", ") ?? "some files";
    throw new MillraceError(
      "conflict",
      `The remote and this repository changed ${files} in different ways. In the repository's folder, run git pull with the remote's address and settle it; until then nothing is fetched or pushed.`,
    );
  }
}

async function pushTags(access: Access, repo: Repo) {
  const refs = await git.listServerRefs({ ...access, prefix: "refs/tags/", protocolVersion: 2 });
  const there = new Map(refs.map(({ ref, oid }) => [ref, oid]));
  let left = maxTags;
  for (const tag of await git.listTags(repo)) {
    const ref = `refs/tags/${tag}`;
    const oid = await git.resolveRef({ ...repo, ref });
    if (!/\/v\d+$/.test(tag) || there.get(ref) === oid) continue;
    // A version's tag moves when its test cases change.
    await git.push({ ...access, ref, remoteRef: ref, remote: name, force: true });
    if (--left === 0) return;
  }
}

/** Git over Node's own HTTP, with an end to waiting; credentials do not follow to other hosts. */
const httpUntil = (signal: AbortSignal): HttpClient => ({
  async request({ url, method = "GET", headers = {}, body }) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body ?? []) chunks.push(chunk);
    const answer = await fetch(url, {
      method,
      headers,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return {
      url: answer.url,
      method,
      statusCode: answer.status,
      statusMessage: answer.statusText,
      headers: Object.fromEntries(answer.headers),
      body: (async function* () {
        yield bytes;
      })(),
    };
  },
});

/** Why the remote could not be reached, without what may be secret. */
export function remoteTrouble(error: Error): string {
  if (error instanceof MillraceError) return error.message;
  const cause = (error.cause as Error | undefined)?.message;
  return `The remote cannot be fetched or pushed for now (${cause ?? error.message}). It is tried again.`;
}
