import type { Deployment } from "../../model/flow.ts";
import type { RepositoryProblem, RepositoryReport } from "../../model/repository.ts";
import type { Registry, RepositoryState } from "../registry.ts";
import { deploymentsPath, entryOf } from "./flow-files.ts";
import { isOfDead, locked, nameOfProcess } from "./lock.ts";
import { Moved, type Recording, record } from "./record.ts";
import { exchange, type Remote, remoteTrouble } from "./remote.ts";
import { hasCommit, headOf, isReachable, openRepo, type Repo } from "./repo.ts";
import { byFlow, takeDeployments, textOf } from "./take-deployments.ts";
import { type Checks, takeFlows } from "./take-flows.ts";
import { bringWorkingTree, isEdited } from "./working-tree.ts";

const lookMs = 2000;
const leaseMs = 15_000;
/** What could not be taken is looked at again: a channel that was missing may be there now. */
const againMs = 30_000;
const exchangeMs = 30_000;
/** Nobody waits longer for the repository: what is not there yet follows. */
const patienceMs = 5000;
/** At the start there may be hundreds of versions to bring over. */
const firstMs = 30_000;

export interface RepositoryParts {
  dir: string;
  branch: string;
  remote?: Remote | undefined;
  registry: Registry;
  checks: Checks;
  /** Told of deployments that came from the repository. */
  deployed(deployment: Deployment): Promise<void>;
  log(level: "info" | "warn", message: string, fields?: Record<string, unknown>): void;
}

/**
 * The flows repository: keeps it and the registry alike. The registry says which versions there are and what runs; what
 * others commit to the branch is taken into it first. One process at a time does this.
 *
 *   settle -> take what others committed -> record what the registry has more
 */
export class FlowsRepository {
  readonly #parts: RepositoryParts;
  readonly #repo: Repo;
  readonly #keeper = nameOfProcess();
  readonly #deployers = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;
  #working: Promise<void> = Promise.resolve();
  #isAsked = false;
  readonly #closing = new AbortController();
  #isKeeper = false;
  /** What was there when all was alike. */
  #known = "";
  #againAt = 0;
  #trouble: string | undefined;
  #exchanging: Promise<void> | undefined;
  #exchangeAt = 0;
  #exchanged: string | null = null;
  #remoteTrouble: string | undefined;

  static async open(parts: RepositoryParts): Promise<FlowsRepository> {
    const repository = new FlowsRepository(parts, await openRepo(parts.dir, parts.branch));
    await repository.#waitFor(repository.look(), firstMs);
    return repository;
  }

  private constructor(parts: RepositoryParts, repo: Repo) {
    this.#parts = parts;
    this.#repo = repo;
    this.#timer = setInterval(() => this.look(), lookMs);
  }

  /** Looks at both sides, and resolves when they are alike or it was logged why not. */
  look(): Promise<void> {
    if (!this.#isAsked && !this.#closing.signal.aborted) {
      this.#isAsked = true;
      this.#working = this.#working.then(() => {
        this.#isAsked = false;
        return this.#try();
      });
    }
    return this.#working;
  }

  /** After a version or deployment: waits until it is in the repository, but not for long. */
  async recorded(deployed?: { flow: string; author: string | undefined }): Promise<void> {
    if (deployed?.author) this.#deployers.set(deployed.flow, deployed.author);
    await this.#waitFor(this.look(), patienceMs);
  }

  async #waitFor(work: Promise<void>, ms: number) {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([work, patience]);
    clearTimeout(timer);
  }

  async report(): Promise<RepositoryReport> {
    const { head, pending, problems } = await this.#parts.registry.repositoryState();
    return { branch: this.#parts.branch, head: head || null, pending, problems };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#timer);
    await this.#working;
    await this.#exchanging;
    if (this.#isKeeper) await this.#parts.registry.keepRepository(this.#keeper, { leaseMs: 0 });
  }

  /** Whether this process keeps the repository: nobody else does, or who did was killed. */
  async #keeps(): Promise<boolean> {
    const { registry } = this.#parts;
    const other = await registry.keepRepository(this.#keeper, { leaseMs });
    this.#isKeeper = other === null || (isOfDead(other) && (await this.#succeed(other)));
    return this.#isKeeper;
  }

  async #succeed(dead: string): Promise<boolean> {
    return (await this.#parts.registry.keepRepository(this.#keeper, { leaseMs, insteadOf: dead })) === null;
  }

  async #try() {
    const { log } = this.#parts;
    try {
      if (!(await this.#keeps())) return;
      for (let tries = 5; !(await this.#alike()) && tries > 0; tries--);
      await this.#exchange();
      if (this.#trouble !== undefined) log("info", "flows repository: goes on");
      this.#trouble = undefined;
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.#trouble)
        log("warn", "flows repository: cannot be kept for now", { error: message });
      this.#trouble = message;
    }
  }

  /** Fetches from the remote and pushes to it, now and then and after each change; nobody waits for it. */
  async #exchange() {
    const { remote } = this.#parts;
    const head = remote && (await headOf(this.#repo));
    if (!remote || this.#exchanging || (head === this.#exchanged && Date.now() < this.#exchangeAt)) return;
    this.#exchangeAt = Date.now() + exchangeMs;
    this.#exchanged = head ?? null;
    this.#exchanging = exchange({ ...this.#repo, cache: {} }, remote, this.#closing.signal)
      .then(
        (moved) => {
          if (moved) void this.look();
          return undefined;
        },
        (error: Error) => remoteTrouble(error),
      )
      .then((trouble) => {
        if (trouble !== this.#remoteTrouble) this.#known = "";
        this.#remoteTrouble = trouble;
        this.#exchanging = undefined;
      });
  }

  /** Makes both sides alike; false where the branch moved meanwhile. */
  async #alike(): Promise<boolean> {
    const { registry } = this.#parts;
    const repo = { ...this.#repo, cache: {} };
    const state = await registry.repositoryState();
    const head = await headOf(repo);
    const place = JSON.stringify([head, state.head, state.next, state.pending, state.revision, state.flows]);
    const isDue = state.problems.length > 0 && Date.now() >= this.#againAt;
    if (place === this.#known && !isDue) return true;
    this.#againAt = Date.now() + againMs;
    const since = await this.#settle(repo, state, head);
    // Git has brought the working tree along with a push; a crash may have left it behind.
    const behind = head === null ? [] : await locked(repo, () => bringWorkingTree(repo, head));
    const problems = await this.#take(repo, { since, head, state });
    const edited = new Set(behind);
    const recording: Recording = { repo, registry, head, deployers: this.#deployers, problems, edited };
    try {
      await record(recording);
    } catch (error) {
      if (error instanceof Moved) return false;
      throw error;
    } finally {
      const remote = this.#remoteTrouble === undefined ? [] : [remoteProblem(this.#remoteTrouble)];
      await this.#tell(state.problems, [...problems, ...[...edited].map(editedByHand), ...remote]);
    }
    const after = await registry.repositoryState();
    this.#known = JSON.stringify([
      ...[recording.head, after.head, after.next, after.pending, after.revision, after.flows],
    ]);
    return true;
  }

  /** The commit up to which everything is taken, after a crash or with another repository than before, too. */
  async #settle(
    repo: Repo,
    { head: since, next }: RepositoryState,
    head: string | null,
  ): Promise<string | null> {
    const { registry } = this.#parts;
    if (next !== null) {
      const arrived = await isReachable(repo, head, next);
      await registry.putRepositoryState({ next: null, ...(arrived && { head: next }) });
      if (arrived) return next;
    }
    if (since && !(await hasCommit(repo, since))) {
      await registry.forgetCommits();
      return null;
    }
    return since || null;
  }

  async #take(
    repo: Repo,
    { since, head, state }: { since: string | null; head: string | null; state: RepositoryState },
  ): Promise<RepositoryProblem[]> {
    const { registry, checks, deployed } = this.#parts;
    const problems = await this.#standing(repo, state.problems);
    if (head === null) return problems;
    const left = (isOf: (problem: RepositoryProblem) => boolean) =>
      problems.filter((problem) => problem.code === "not_taken" && isOf(problem));
    const deployments = left(({ path }) => path === deploymentsPath);
    const folders = left(({ path }) => path !== deploymentsPath);
    if (head === since && deployments.length + folders.length === 0) return problems;
    const isFirst = state.head === null && since === null;
    const taking = { repo, registry, checks, deployed, head, since, isFirst };
    const flows = await takeFlows(taking, new Set(folders.map(({ path }) => path!.split("/")[0]!)));
    const again = new Set(deployments.flatMap(({ flow }) => flow ?? []));
    const isVoid = head === since && deployments.length === 0;
    const refused = isVoid ? [] : await takeDeployments(taking, { again, made: flows.made });
    if (head !== since) await registry.putRepositoryState({ head });
    return [...problems.filter(({ code }) => code !== "not_taken"), ...flows.problems, ...refused];
  }

  /** Those that still hold: what was edited may be committed, what could not run may be deployed otherwise. */
  async #standing(repo: Repo, problems: readonly RepositoryProblem[]): Promise<RepositoryProblem[]> {
    const rows = (await this.#parts.registry.deployedRows()).map(entryOf);
    const running = byFlow(rows);
    const standing: RepositoryProblem[] = [];
    for (const problem of problems) {
      const { code, path, flow, ran } = problem;
      // Told anew while it holds.
      if (code === "remote") continue;
      if (code === "edited" && !(await isEdited(repo, path!))) continue;
      if (ran !== undefined && ran !== textOf(flow === null ? rows : running.get(flow))) continue;
      standing.push(problem);
    }
    return standing;
  }

  async #tell(before: readonly RepositoryProblem[], now: readonly RepositoryProblem[]) {
    const { registry, log } = this.#parts;
    const told = (list: readonly RepositoryProblem[]) =>
      new Map(list.map((one) => [`${one.code} ${one.path} ${one.flow} ${one.message}`, one]));
    const [old, fresh] = [told(before), told(now)];
    for (const [key, { path, flow, message }] of fresh)
      if (!old.has(key)) log("warn", `flows repository: ${path ?? "as a whole"}: ${message}`, { flow });
    for (const [key, { path }] of old)
      if (!fresh.has(key)) log("info", `flows repository: ${path ?? "as a whole"}: mended`);
    if ([...old.keys()].join() !== [...fresh.keys()].join())
      await registry.putRepositoryState({ problems: [...fresh.values()] });
  }
}

const remoteProblem = (message: string): RepositoryProblem => ({
  code: "remote",
  path: null,
  flow: null,
  message,
});

const editedByHand = (path: string): RepositoryProblem => ({
  code: "edited",
  path,
  flow: path.includes("/") ? path.split("/")[0]! : null,
  message:
    "Somebody edits this file in the repository's folder, and it changed on the branch meanwhile. The edits were left as they are: look at them with git diff, then commit or restore them.",
});
