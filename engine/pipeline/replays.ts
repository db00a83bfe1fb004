import type { ReplayEntry } from "../flow/entry.ts";
import { type DeadLetter, resumesAtNode } from "../model/dead-letter.ts";
import { laneOf } from "../model/lane.ts";
import type { Backbone } from "../store/backbone/port.ts";
import type { Registry } from "../store/registry.ts";
import { contextsOf } from "./devices.ts";
import type { Intake } from "./intake.ts";
import type { Log } from "./parts.ts";

export interface ReplaysParts {
  backbone: Backbone;
  registry: Registry;
  intake: Intake;
  log: Log;
  /** The lanes that this process works now. */
  lanes(): readonly number[];
}

type Pending = Awaited<ReturnType<Registry["pendingReplays"]>>[number];
interface Sent {
  /** The last one sent into the lane. */
  number: number;
  at: number;
}

const lookMs = 2000;
const pageSize = 1000;
/** Replays of one lane on their way. */
const maxAhead = 128;
/** One that no lane took in this time is sent again; the lane takes its number once. */
const againMs = 30_000;

/**
 * Sends the replays of dead letters into the lanes of this process: those of a lane by rising number, beginning with the
 * lowest that is not done, so that the lane may skip every number that is not above the last one it took.
 */
export class Replays {
  readonly #parts: ReplaysParts;
  readonly #sent = new Map<number, Sent>();
  readonly #timer: NodeJS.Timeout;
  readonly #unsubscribe: () => void;
  #looking: Promise<void> | undefined;
  #isAsked = false;

  constructor(parts: ReplaysParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#look(), lookMs);
    this.#unsubscribe = parts.backbone.subscribe("replays", () => this.#look());
  }

  async close() {
    clearInterval(this.#timer);
    this.#unsubscribe();
    await this.#looking;
  }

  #look() {
    this.#isAsked = true;
    this.#looking ??= this.#round().finally(() => {
      this.#looking = undefined;
    });
  }

  async #round() {
    while (this.#isAsked) {
      this.#isAsked = false;
      try {
        for (const [lane, pending] of await this.#pending()) await this.#send(lane, pending);
      } catch (error) {
        this.#parts.log("warn", "replays of dead letters wait", { error: (error as Error).message });
      }
    }
  }

  /** By lane of this process. A lane that is not here, or has nothing on its way, begins anew. */
  async #pending(): Promise<Map<number, Pending[]>> {
    const { registry, backbone } = this.#parts;
    const byLane = new Map<number, Pending[]>(this.#parts.lanes().map((lane) => [lane, []]));
    for (let after = 0; ; ) {
      const page = await registry.pendingReplays(after, pageSize);
      for (const one of page) byLane.get(laneOf(one.device, backbone.lanes))?.push(one);
      if (page.length < pageSize) break;
      after = page.at(-1)!.number;
    }
    for (const [lane, pending] of byLane) if (pending.length === 0) byLane.delete(lane);
    for (const lane of this.#sent.keys()) if (!byLane.has(lane)) this.#sent.delete(lane);
    return byLane;
  }

  async #send(lane: number, pending: readonly Pending[]) {
    const { registry, intake, log } = this.#parts;
    const now = Date.now();
    let sent = this.#sent.get(lane) ?? { number: 0, at: now };
    if (pending[0]!.number <= sent.number && now - sent.at > againMs) sent = { number: 0, at: now };
    const ahead = pending.filter(({ number }) => number <= sent.number).length;
    const next = pending.slice(ahead, ahead + maxAhead - Math.min(ahead, maxAhead));
    const letters = await registry.deadLettersById(next.map(({ id }) => id));
    const byId = new Map(letters.map((letter) => [letter.id, letter]));
    const enqueued: Promise<void>[] = [];
    for (const { id, number, device } of next) {
      const found = await registry.device(device);
      const context = found && (await contextsOf([found], registry)).get(device);
      const letter = byId.get(id)!;
      const chosen = await this.#chosen(letter);
      // Not in this lane's time any more: whoever works it now begins with the lowest.
      if (!this.#parts.lanes().includes(lane)) break;
      const entry = {
        ...entryOf(letter),
        ...(chosen && { chosen }),
        number,
        at: now,
        ...(context && { context }),
      };
      enqueued.push(intake.put(lane, entry));
      sent = { number, at: now };
      this.#sent.set(lane, sent);
    }
    // A lane that stands still must not hold up the others; what it does not take is sent again.
    Promise.all(enqueued).catch((error) =>
      log("warn", "replays of dead letters wait", { error: (error as Error).message }),
    );
  }

  /** The version that was chosen for the replay; a lane need not run it, so the replay brings it. */
  async #chosen({ flow, replayVersion: version }: DeadLetter): Promise<ReplayEntry["chosen"]> {
    if (version === null || flow === null) return undefined;
    const found = await this.#parts.registry.version(flow, version);
    // Positions on the canvas mean nothing to a lane.
    return found ? { version, definition: { ...found.definition, layout: {} } } : { version };
  }
}

function entryOf(letter: DeadLetter): Omit<ReplayEntry, "number" | "at" | "context"> {
  const { id, device, arrivedAt, type, flow, node } = letter;
  return {
    type: "replay",
    letter: id,
    device: device!,
    arrivedAt: Date.parse(arrivedAt),
    upload: type ?? "telemetry",
    payload: letter.payload ?? Buffer.from(letter.raw!, "base64").toString(),
    ...(resumesAtNode(letter) && { node: { flow: flow!, id: node! } }),
  };
}
