import type { Effect, ForwardEffect } from "../model/effect.ts";
import type { Applied } from "../store/registry.ts";
import { Forwards } from "./forwards.ts";
import { OwnedLane } from "./owned-lane.ts";
import { ownersOf } from "./owners.ts";
import { type Parts, sleep } from "./parts.ts";
import { Way } from "./way.ts";

const beatMs = 700;
/** Time for effects that are still to be applied when this node ends; the rest stays in the outbox. */
const lastApplyMs = 3000;
/** Time for batches that wait when this node ends; the rest stays in the queues. */
const lastWorkMs = 3000;
const lookMs = 20;

/** Keeps this node's share of the lanes working: heartbeat, rendezvous hashing, taking over and handing over. */
export class Ownership {
  readonly #parts: Parts;
  readonly #node: string;
  readonly #effects: Way;
  readonly #owned = new Map<number, OwnedLane>();
  readonly #acquiring = new Set<number>();
  /** Lanes whose thread ended while they were at work here. */
  readonly #lost = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #closed = false;
  #settled = false;

  /** `applied` hears of the effects that were brought into the registry. */
  constructor(parts: Parts, node: string, applied: (applied: Applied) => void) {
    this.#parts = parts;
    this.#node = node;
    const { backbone, registry, intake, observer, log } = parts;
    const forwards = new Forwards({ lanes: backbone.lanes, intake, registry });
    this.#effects = new Way({
      part: "effects",
      gatherMs: 0,
      outbox: backbone,
      async write(items) {
        const effects: Effect[] = [];
        const onward: ForwardEffect[] = [];
        for (const { body } of items)
          for (const effect of JSON.parse(body) as Effect[]) {
            if (effect.type === "forward") onward.push(effect);
            else effects.push(effect);
          }
        const apply = async () => effects.length > 0 && applied(await registry.apply(effects));
        await Promise.all([apply(), forwards.put(onward)]);
        // A lane whose store was wiped: who reads the device anew tells the lane of it.
        for (const effect of effects)
          if (effect.type === "dead-letter" && effect.reason === "unknown_device")
            backbone.publish("devices", { id: effect.device });
      },
      observer,
      log,
    });
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

  /** Resolves when nothing waits in the queues of the owned lanes, or cannot be worked in time. */
  async settle() {
    const until = Date.now() + lastWorkMs;
    while (Date.now() < until && (await this.depth().catch(() => 0)) > 0) await sleep(lookMs);
  }

  async close() {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#beating;
    await Promise.all([...this.#owned.values()].map((lane) => lane.close()));
    this.#owned.clear();
    await this.#effects.close(lastApplyMs);
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
      for (const [lane, owner] of ownersOf(this.#parts.backbone.lanes, nodes).entries())
        if (owner === this.#node) mine.add(lane);
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
    if (this.#closed || this.#acquiring.has(lane)) return;
    this.#acquiring.add(lane);
    try {
      const order = { lane, reclaim: this.#lost.has(lane) };
      const opened = await OwnedLane.open(this.#parts, this.#effects, order, () => this.#again(lane));
      this.#lost.delete(lane);
      this.#owned.set(lane, opened);
      this.#parts.log("debug", "lane taken", { lane });
    } finally {
      this.#acquiring.delete(lane);
    }
  }

  /** The thread of an owned lane ended: another takes the lane at once; if that fails, the next beat tries again. */
  #again(lane: number) {
    this.#owned.delete(lane);
    this.#lost.add(lane);
    setImmediate(() => this.#acquire(lane).catch(() => {}));
  }

  async #release(lane: number) {
    const owned = this.#owned.get(lane);
    this.#owned.delete(lane);
    await owned?.close();
    this.#parts.log("debug", "lane handed over", { lane });
  }
}
