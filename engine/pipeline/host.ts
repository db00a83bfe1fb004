import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { Command } from "../model/command.ts";
import { MillraceError } from "../model/errors.ts";
import type { Host, Session, Upload, Watcher } from "../model/host.ts";
import { laneOf } from "../model/lane.ts";
import type { Value, Values } from "../model/value.ts";
import type { Backbone } from "../store/backbone/port.ts";
import type { Registry } from "../store/registry.ts";
import { type KnownDevice, KnownDevices } from "./devices.ts";
import type { Intake } from "./intake.ts";
import type { Log } from "./parts.ts";

export interface HostParts {
  backbone: Backbone;
  registry: Registry;
  intake: Intake;
  count: Host["count"];
  log: Log;
}

/** What the subject "devices" says. */
type Changed = { id: string } | { profile: string };

interface Watched {
  watchers: Set<Watcher>;
  /** Commands handed to the connectors and not answered yet: the queue and the announcement may both name one. */
  handed: Set<number>;
}

/** What the connectors talk to, and the way back to the devices: commands and attribute changes. */
export class DeviceHost implements Host {
  readonly #parts: HostParts;
  readonly #devices: KnownDevices;
  readonly #watched = new Map<string, Watched>();
  readonly #unsubscribe: (() => void)[];

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.#devices = new KnownDevices(parts.registry);
    const { backbone } = parts;
    this.#unsubscribe = [
      backbone.subscribe("commands", (command) => this.#hand(command as Command)),
      backbone.subscribe("devices", (change) => this.#changed(change as Changed)),
      backbone.subscribe("attributes", (change) => {
        const { device, changed } = change as { device: string; changed: Values };
        for (const watcher of this.#watched.get(device)?.watchers ?? []) watcher.attributes?.(changed);
      }),
    ];
  }

  authenticate(token: string): Promise<Session | undefined> {
    return this.#devices.byToken(token);
  }

  accept(session: Session, upload: Upload): Promise<void> {
    const known = session as KnownDevice;
    if (this.#devices.isStale(known)) this.#refresh(known);
    const { payload, problem, id = "" } = upload;
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    // JSON text holds no NUL, and PostgreSQL stores none.
    const binary = problem !== undefined || !isUtf8(bytes) || bytes.includes(0);
    const { revision } = known.context;
    try {
      const enqueued = this.#parts.intake.put(laneOf(known.device, this.#parts.backbone.lanes), {
        type: "upload",
        device: known.device,
        upload: upload.type,
        arrivedAt: Date.now(),
        payload: binary ? bytes.toString("base64") : bytes.toString(),
        binary,
        id,
        checkId: id !== "" && upload.redelivered !== false,
        ...(known.sentRevision !== revision && { context: known.context }),
        ...(problem && { problem }),
      });
      known.sentRevision = revision;
      return known.class === "industrial" ? enqueued : done;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async attributes(session: Session, names: { client?: string[]; shared?: string[] }) {
    const device = await this.#parts.registry.device(session.device);
    if (!device) throw new MillraceError("not_found", "The device was deleted.");
    return { client: pick(device.client, names.client), shared: pick(device.shared, names.shared) };
  }

  watch(session: Session, watcher: Watcher): () => void {
    const watched = this.#watched.get(session.device) ?? { watchers: new Set(), handed: new Set() };
    this.#watched.set(session.device, watched);
    watched.watchers.add(watcher);
    if (watcher.command) void this.#handQueued(session.device);
    return () => {
      watched.watchers.delete(watcher);
      if (watched.watchers.size === 0) this.#watched.delete(session.device);
    };
  }

  commandSent(_session: Session, command: number, state: "sent" | "delivered") {
    this.#parts.registry
      .advanceCommand(command, { state, at: Date.now() })
      .then((advanced) => advanced && this.tell(advanced))
      .catch((error) =>
        this.log("warn", "a command's state was not noted", { command, state, error: error.message }),
      );
  }

  async answer(session: Session, command: number, payload: Uint8Array) {
    let answer: Value;
    try {
      answer = JSON.parse(Buffer.from(payload).toString());
    } catch {
      throw new MillraceError("bad_request", `The answer to command ${command} is not JSON; send an object.`);
    }
    const failed =
      typeof answer === "object" && answer !== null && !Array.isArray(answer) && "error" in answer;
    const state = failed ? "failed" : "succeeded";
    const { device } = session;
    const advanced = await this.#parts.registry.advanceCommand(command, {
      state,
      at: Date.now(),
      answer,
      device,
    });
    this.#watched.get(device)?.handed.delete(command);
    if (advanced) this.tell(advanced);
  }

  async reject(session: Session | undefined, problem: { code: string; message: string }, raw: Uint8Array) {
    const effect = {
      type: "dead-letter",
      id: `r:${randomUUID()}`,
      device: session?.device ?? "",
      at: Date.now(),
      reason: problem.code,
      message: problem.message,
      raw: Buffer.from(raw).toString("base64"),
    } as const;
    await this.#parts.registry.apply([effect]);
  }

  count: Host["count"] = (protocol, event) => this.#parts.count(protocol, event);

  log: Log = (level, message, fields) => this.#parts.log(level, message, fields);

  /** Tells all processes that a command is there to be sent, or moved on. */
  tell(command: Command) {
    if (command.state === "queued") this.#parts.backbone.publish("commands", command);
    this.#parts.backbone.publish("live", { event: "command", data: command });
  }

  close() {
    for (const stop of this.#unsubscribe) stop();
  }

  #hand(command: Command) {
    const watched = this.#watched.get(command.device);
    if (!watched || watched.handed.has(command.id)) return;
    const takers = [...watched.watchers].filter((watcher) => watcher.command);
    if (takers.length === 0) return;
    watched.handed.add(command.id);
    if (watched.handed.size > 1000) watched.handed.delete(watched.handed.values().next().value!);
    for (const watcher of takers) watcher.command!(command);
  }

  async #handQueued(device: string) {
    try {
      for (const command of await this.#parts.registry.queuedCommands(device, Date.now()))
        this.#hand(command);
    } catch (error) {
      this.log("warn", "queued commands could not be read", { error: (error as Error).message });
    }
  }

  async #changed(changed: Changed) {
    if ("profile" in changed) {
      // Whoever misses it is right again within a minute, when it reads its devices anew.
      await this.#devices.refreshProfile(changed.profile).catch(() => {});
      return;
    }
    const { id } = changed;
    const before = this.#devices.byId(id);
    if (!before) return;
    const after = await this.#devices.refresh(id).catch(() => before);
    if (!after) for (const watcher of this.#watched.get(id)?.watchers ?? []) watcher.revoked?.();
  }

  #refresh(known: KnownDevice) {
    known.loadedAt = Date.now();
    this.#devices.refresh(known.device).catch(() => {});
  }
}

const done = Promise.resolve();

function pick(values: Values, names: string[] | undefined): Values {
  if (!names) return values;
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]!]),
  );
}
