import { laneOf } from "../model/lane.ts";
import type { EventType } from "../model/message.ts";
import { deviceOfKey, isKey } from "../nodes/by.ts";
import type { Backbone } from "../store/backbone/port.ts";
import type { HappenedTo, Registry } from "../store/registry.ts";
import { contextsOf } from "./devices.ts";
import type { Intake } from "./intake.ts";
import { type Log, sleep } from "./parts.ts";

export interface TellingParts {
  backbone: Pick<Backbone, "lanes" | "subscribe">;
  registry: Pick<Registry, "happened" | "toldLanes" | "namedDevices">;
  intake: Pick<Intake, "put">;
  /** Whether it is this process's turn: one tells for all. */
  isMine(): boolean;
  counted?(type: EventType | "result"): void;
  log: Log;
}

const atOnce = 500;
/** How often it looks for what no announcement told. */
const lookMs = 1000;
const retryMs = 100;

/**
 * Brings what happened to devices from the registry into the queues of their lanes, in order for each device, and forgets
 * it there when it is enqueued for good. What comes twice because a process died in between, the lane knows by its number.
 */
export class Telling {
  readonly #parts: TellingParts;
  readonly #timer: NodeJS.Timeout;
  readonly #unsubscribe: () => void;
  readonly #closing = new AbortController();
  #round: Promise<void> | undefined;
  #again = false;

  constructor(parts: TellingParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.wake(), lookMs);
    this.#unsubscribe = parts.backbone.subscribe("happened", () => this.wake());
  }

  /** Looks now, or once more when it is looking already. */
  wake() {
    this.#again = true;
    this.#round ??= this.#work().finally(() => {
      this.#round = undefined;
    });
  }

  async close() {
    clearInterval(this.#timer);
    this.#unsubscribe();
    this.#closing.abort();
    await this.#round;
  }

  async #work() {
    while (this.#again && !this.#closing.signal.aborted && this.#parts.isMine()) {
      this.#again = false;
      try {
        const found = await this.#parts.registry.happened(atOnce);
        if (found.length === 0) continue;
        const told = await this.#tell(found);
        await this.#parts.registry.toldLanes(told);
        if (told.length < found.length) await sleep(retryMs, this.#closing.signal);
        this.#again ||= told.length < found.length || found.length === atOnce;
      } catch (error) {
        const fields = { error: (error as Error).message };
        this.#parts.log("warn", "what happened to devices could not be told to their lanes", fields);
        return;
      }
    }
  }

  /** Gives those that are in a queue for good, or that nobody can be told of. */
  async #tell(found: readonly HappenedTo[]) {
    const { backbone, registry, intake, counted } = this.#parts;
    const devices = new Map(found.flatMap(({ device }) => (device ? [[device.id, device]] : [])));
    const contexts = await contextsOf([...devices.values()], registry);
    const full = new Set<number>();
    const told: { device: string; number: number }[] = [];
    const enqueued: Promise<void>[] = [];
    for (const { entry, number } of found) {
      const lane = laneOf(entry.device, backbone.lanes);
      if (full.has(lane)) continue;
      try {
        const context = isKey(entry.device) ? deviceOfKey(entry.device) : contexts.get(entry.device);
        if (context) enqueued.push(intake.put(lane, { ...entry, number, context }));
        counted?.(entry.type === "event" ? entry.event : "result");
        told.push({ device: entry.device, number });
      } catch {
        // What comes later for this lane must not overtake it.
        full.add(lane);
      }
    }
    await Promise.all(enqueued);
    return told;
  }
}
