import type { Command } from "../model/command.ts";
import { MillraceError } from "../model/errors.ts";
import type { Watcher } from "../model/host.ts";
import type { Values } from "../model/value.ts";
import type { Backbone } from "../store/backbone/port.ts";
import type { Registry } from "../store/registry.ts";
import { type Log, sleep } from "./parts.ts";

/** What one watcher of a device was told. */
interface Told {
  /** Commands it was handed, and at which attempt: the queue and an announcement may both name one. */
  handed: Map<number, number>;
  /** Commands announced while its queue is being read: they come after those queued before. */
  announced: Command[] | undefined;
}

const maxHanded = 1000;
const maxSent = 10_000;
const retryMs = 1000;

/** The way back to the devices: commands, attribute changes and the end, told to all who watch a device here. */
export class Downlink {
  readonly #backbone: Backbone;
  readonly #registry: Registry;
  readonly #log: Log;
  readonly #watched = new Map<string, Map<Watcher, Told>>();
  /** Commands lately sent from here, and at which attempt: what the registry said a moment ago may still call them queued. */
  readonly #sent = new Map<number, number>();
  /** The attempt at which a command was last handed on here. */
  readonly #attempts = new Map<number, number>();
  readonly #unsubscribe: (() => void)[];
  readonly #closing = new AbortController();

  constructor({ backbone, registry, log }: { backbone: Backbone; registry: Registry; log: Log }) {
    this.#backbone = backbone;
    this.#registry = registry;
    this.#log = log;
    this.#unsubscribe = [
      backbone.subscribe("commands", (command) => this.#announced(command as Command)),
      backbone.subscribe("attributes", (change) => {
        const { device, changed } = change as { device: string; changed: Values };
        for (const [watcher] of this.#watchersOf(device)) watcher.attributes?.(changed);
      }),
    ];
  }

  /** Tells `watcher` until the returned function is called; commands still queued come first. */
  watch(device: string, watcher: Watcher): () => void {
    const watchers = this.#watched.get(device) ?? new Map<Watcher, Told>();
    this.#watched.set(device, watchers);
    const told: Told = { handed: new Map(), announced: watcher.command && [] };
    watchers.set(watcher, told);
    if (watcher.command) void this.#handQueued(device, watcher, told);
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watched.get(device) === watchers) this.#watched.delete(device);
    };
  }

  /** A connector sent the command, or the device has it. */
  sent(command: number, state: "sent" | "delivered") {
    remember(this.#sent, command, this.#attempts.get(command) ?? 0, maxSent);
    void this.#untilThere("a command's state could not be noted", async () => {
      const advanced = await this.#registry.advanceCommand(command, { state, at: Date.now() });
      if (advanced) this.tell(advanced);
    });
  }

  /** Tells all processes that a command is there to be sent, or moved on. */
  tell(command: Command) {
    if (command.state === "queued") {
      // Here at once; the announcement comes back too, and is known by then.
      this.#announced(command);
      this.#backbone.publish("commands", command);
    }
    this.#backbone.publish("live", { event: "command", data: command });
    if (command.finishedAt !== null) this.#backbone.publish("happened", {});
  }

  revoke(device: string) {
    for (const [watcher] of this.#watchersOf(device)) watcher.revoked?.();
  }

  close() {
    this.#closing.abort();
    for (const stop of this.#unsubscribe) stop();
  }

  #watchersOf(device: string): [Watcher, Told][] {
    return [...(this.#watched.get(device) ?? [])];
  }

  #announced(command: Command) {
    if (this.#isSent(command)) return;
    for (const [watcher, told] of this.#watchersOf(command.device))
      if (told.announced) told.announced.push(command);
      else this.#hand(command, watcher, told);
  }

  #isSent({ id, attempts }: Command): boolean {
    return (this.#sent.get(id) ?? -1) >= attempts;
  }

  async #handQueued(device: string, watcher: Watcher, told: Told) {
    await this.#untilThere("queued commands could not be read", async () => {
      if (this.#watched.get(device)?.get(watcher) !== told) return;
      for (const command of await this.#registry.queuedCommands(device, Date.now()))
        if (!this.#isSent(command)) this.#hand(command, watcher, told);
    });
    const announced = told.announced ?? [];
    told.announced = undefined;
    for (const command of announced) this.#hand(command, watcher, told);
  }

  #hand(command: Command, watcher: Watcher, { handed }: Told) {
    const isWatching = this.#watched.get(command.device)?.has(watcher);
    if (!isWatching || (handed.get(command.id) ?? -1) >= command.attempts) return;
    remember(handed, command.id, command.attempts, maxHanded);
    remember(this.#attempts, command.id, command.attempts, maxSent);
    watcher.command?.(command);
  }

  /** Does it again while the registry is away. */
  async #untilThere(failure: string, work: () => Promise<void>) {
    while (!this.#closing.signal.aborted)
      try {
        return await work();
      } catch (error) {
        this.#log("warn", failure, { error: (error as Error).message });
        if (!(error instanceof MillraceError) || error.code !== "unavailable") return;
        await sleep(retryMs, this.#closing.signal);
      }
  }
}

/** Adds as the newest, and forgets the oldest beyond `max`. */
function remember(map: Map<number, number>, id: number, attempt: number, max: number) {
  map.delete(id);
  map.set(id, attempt);
  if (map.size > max) map.delete(map.keys().next().value!);
}
