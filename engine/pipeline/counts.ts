import type { CommitResult, Observer, Stage } from "./parts.ts";
import { addTally, emptyTally, type Tally } from "./tally.ts";

/** What was observed since the last flush. */
export interface Counts {
  tally: Tally;
  commits: Partial<Record<CommitResult, number>>;
  /** Seconds of each batch. */
  stages: Partial<Record<Stage, number[]>>;
  delivered: number;
  backlog: number | undefined;
  archived: { kept: number; lost: number };
}

const flushMs = 100;

/** Observes a lane's thread, and tells it to the main thread ten times a second. */
export class Counting implements Observer {
  readonly #tell: (counts: Counts) => void;
  #counts: Counts | undefined;

  constructor(tell: (counts: Counts) => void) {
    this.#tell = tell;
  }

  evaluated(tally: Tally) {
    addTally(this.#open().tally, tally);
  }

  committed(result: CommitResult, count: number) {
    const { commits } = this.#open();
    commits[result] = (commits[result] ?? 0) + count;
  }

  stage(name: Stage, seconds: number) {
    const { stages } = this.#open();
    stages[name] ??= [];
    stages[name].push(seconds);
  }

  delivered(_part: "effects" | "points", batches: number) {
    this.#open().delivered += batches;
  }

  backlog(_part: "effects" | "points", batches: number) {
    this.#open().backlog = batches;
  }

  archived(kept: number, lost: number) {
    const { archived } = this.#open();
    archived.kept += kept;
    archived.lost += lost;
  }

  flush() {
    const counts = this.#counts;
    this.#counts = undefined;
    if (counts) this.#tell(counts);
  }

  #open(): Counts {
    if (!this.#counts) {
      this.#counts = {
        tally: emptyTally(),
        commits: {},
        stages: {},
        delivered: 0,
        backlog: undefined,
        archived: { kept: 0, lost: 0 },
      };
      setTimeout(() => this.flush(), flushMs);
    }
    return this.#counts;
  }
}

/** Tells an observer in the main thread what was counted in a lane's thread. */
export function recount({ tally, commits, stages, delivered, archived }: Counts, observer: Observer) {
  observer.evaluated(tally);
  for (const [result, count] of Object.entries(commits)) observer.committed(result as CommitResult, count);
  for (const [name, all] of Object.entries(stages))
    for (const seconds of all) observer.stage(name as Stage, seconds);
  if (delivered > 0) observer.delivered("points", delivered);
  if (archived.kept > 0 || archived.lost > 0) observer.archived(archived.kept, archived.lost);
}
