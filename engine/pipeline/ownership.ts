import { createHash } from "node:crypto";
import { Deliver } from "./deliver.ts";
import { Lane } from "./lane.ts";
import type { Parts } from "./parts.ts";

const beatMs = 700;

/** Keeps this node's share of the lanes working: heartbeat, rendezvous hashing, taking over and handing over. */
export class Ownership {
  readonly #parts: Parts;
  readonly #node: string;
  readonly #deliver: Deliver;
  readonly #owned = new Map<number, Lane>();
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #closed = false;
  #settled = false;

  constructor(parts: Parts, node: string, told: ConstructorParameters<typeof Deliver>[1]) {
    this.#parts = parts;
    this.#node = node;
    this.#deliver = new Deliver(parts, told);
  }

  /** Resolves when the lanes that are this node's share are owned. */
  async start() {
    await this.#beat();
    this.#timer = setInterval(() => this.#beat(), beatMs);
  }

  get lanes(): readonly number[] {
    return [...this.#owned.keys()];
  }

  /** Whether this node holds its whole share. */
  get ready(): boolean {
    return this.#settled;
  }

  /** Batches that wait in the queues of the owned lanes. */
  async depth(): Promise<number> {
    const depths = await Promise.all(this.lanes.map((lane) => this.#parts.backbone.depth(lane)));
    return depths.reduce((sum, depth) => sum + depth, 0);
  }

  /** Sends the newest deployment to every owned lane that runs an older one. */
  async reconcile() {
    const deployment = await this.#parts.registry.deployment();
    for (const [lane, owned] of this.#owned)
      if (owned.revision < deployment.revision)
        void this.#parts.intake.put(lane, { type: "deploy", deployment });
  }

  async close() {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#beating;
    await Promise.all([...this.#owned.values()].map((lane) => lane.close()));
    this.#owned.clear();
    await this.#deliver.close(3000);
    await this.#parts.backbone.leave(this.#node).catch(() => {});
  }

  #beat(): Promise<void> {
    this.#beating ??= this.#spread().finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  async #spread() {
    try {
      const nodes = await this.#parts.backbone.heartbeat(this.#node);
      const mine = new Set<number>();
      for (let lane = 0; lane < this.#parts.backbone.lanes; lane++)
        if (ownerOf(lane, nodes) === this.#node) mine.add(lane);
      await Promise.all(
        [...this.#owned.keys()].filter((lane) => !mine.has(lane)).map((lane) => this.#release(lane)),
      );
      const missing = [...mine].filter((lane) => !this.#owned.has(lane));
      await Promise.all(missing.map((lane) => this.#acquire(lane)));
      this.#settled = true;
    } catch (error) {
      this.#parts.log("warn", "the backbone does not answer the heartbeat", {
        error: (error as Error).message,
      });
    }
  }

  async #acquire(lane: number) {
    if (this.#closed) return;
    const opened = await Lane.open(this.#parts, this.#deliver, lane);
    this.#owned.set(lane, opened);
    this.#parts.log("debug", "lane taken", { lane });
  }

  async #release(lane: number) {
    const owned = this.#owned.get(lane);
    this.#owned.delete(lane);
    await owned?.close();
    this.#parts.log("debug", "lane handed over", { lane });
  }
}

/** Rendezvous hashing (Thaler and Ravishankar, 1998): when a node comes or goes, only its own lanes move. */
export function ownerOf(lane: number, nodes: readonly string[]): string | undefined {
  let best: { node: string; weight: string } | undefined;
  for (const node of nodes) {
    const weight = createHash("md5").update(`${node}/${lane}`).digest("hex");
    if (!best || weight > best.weight) best = { node, weight };
  }
  return best?.node;
}
