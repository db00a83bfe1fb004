import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { Entry } from "../flow/entry.ts";
import { isTooDeep } from "../flow/readings.ts";
import type { Command, CommandState } from "../model/command.ts";
import { MillraceError } from "../model/errors.ts";
import type { Host, Session, Upload, Watcher } from "../model/host.ts";
import { laneOf } from "../model/lane.ts";
import type { Value, Values } from "../model/value.ts";
import type { Backbone } from "../store/backbone/port.ts";
import type { Registry } from "../store/registry.ts";
import { type KnownDevice, KnownDevices } from "./devices.ts";
import { Downlink } from "./downlink.ts";
import type { Intake } from "./intake.ts";
import type { Log } from "./parts.ts";
import { Presence } from "./presence.ts";

export interface HostParts {
  backbone: Backbone;
  registry: Registry;
  intake: Intake;
  count: Host["count"];
  log: Log;
  counted?: {
    /** A command came into this state. */
    command(state: CommandState): void;
    event(type: "connected" | "disconnected"): void;
  };
  /** How often it looks for changes of devices that no announcement told; 10,000 ms where left out. */
  lookAgainMs?: number;
}

/** What the subject "devices" says. */
type Changed = { id: string; name?: string } | { profile: string };

/** What the connectors talk to: sessions and uploads here, the way back in downlink.ts. */
export class DeviceHost implements Host {
  readonly #parts: HostParts;
  readonly #devices: KnownDevices;
  readonly #downlink: Downlink;
  readonly #presence: Presence;
  /** Devices that a gateway spoke for, by name. */
  readonly #behind = new Map<string, KnownDevice>();
  readonly #asked = new Map<string, Promise<KnownDevice | undefined>>();
  readonly #unsubscribe: () => void;
  readonly #looking: NodeJS.Timeout;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.#devices = new KnownDevices(parts.registry);
    this.#downlink = new Downlink(parts);
    this.#presence = new Presence((device, { event, at, values }) => {
      // Resolves when it is enqueued, and never rejects: nobody waits for it.
      void this.#put(device, { type: "event", device: device.device, event, at, values });
      parts.counted?.event(event);
    });
    this.#looking = setInterval(() => this.#lookAgain().catch(() => {}), parts.lookAgainMs ?? 10_000);
    this.#unsubscribe = parts.backbone.subscribe("devices", (change) => this.#changed(change as Changed));
  }

  authenticate(token: string): Promise<Session | undefined> {
    return this.#devices.byToken(token);
  }

  accept(session: Session, upload: Upload): Promise<void> {
    const known = session as KnownDevice;
    const { problem, id = "" } = upload;
    try {
      const enqueued = this.#put(known, {
        type: "upload",
        device: known.device,
        upload: upload.type,
        arrivedAt: Date.now(),
        ...textOf(upload),
        id,
        checkId: id !== "" && upload.redelivered !== false,
        ...(problem && { problem }),
      });
      return known.class === "industrial" ? enqueued : done;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  acceptBehind(gateway: Session, name: string, upload: Upload): Promise<void> {
    const known = this.#behind.get(name);
    if (known && known.name === name) return this.#acceptFrom(gateway, name, known, upload);
    const asking = this.#asked.get(name) ?? this.#ask(name);
    // Those that ask meanwhile wait for the same answer, in order.
    return asking.then((found) => this.#acceptFrom(gateway, name, found, upload));
  }

  async attributes(session: Session, names: { client?: string[]; shared?: string[] }) {
    const device = await this.#parts.registry.device(session.device);
    if (!device) throw new MillraceError("not_found", "The device was deleted.");
    return { client: pick(device.client, names.client), shared: pick(device.shared, names.shared) };
  }

  watch({ device }: Session, watcher: Watcher): () => void {
    return this.#downlink.watch(device, watcher);
  }

  present(session: Session, protocol: "mqtt", event: "connected" | "disconnected") {
    this.#presence[event](session as KnownDevice, protocol);
  }

  commandSent(_session: Session, command: number, state: "sent" | "delivered") {
    this.#downlink.sent(command, state);
  }

  async answer(session: Session, command: number, payload: Upload["payload"]) {
    let answer: Value;
    try {
      answer = JSON.parse(Buffer.from(payload).toString());
    } catch {
      throw new MillraceError("bad_request", `The answer to command ${command} is not JSON; send an object.`);
    }
    if (isTooDeep(answer))
      throw new MillraceError(
        "bad_request",
        `The answer to command ${command} is nested too deep; make it flatter.`,
      );
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
    this.#parts.counted?.command(command.state);
    this.#downlink.tell(command);
  }

  close() {
    clearInterval(this.#looking);
    this.#presence.close();
    this.#downlink.close();
    this.#unsubscribe();
  }

  /** Puts the entry into the device's lane, with the device as it is when the lane was not told of that yet. */
  #put(known: KnownDevice, entry: Extract<Entry, { type: "upload" | "event" }>): Promise<void> {
    const { context } = known;
    const isNew = known.sent !== context;
    const lane = laneOf(known.device, this.#parts.backbone.lanes);
    const enqueued = this.#parts.intake.put(lane, isNew ? { ...entry, context } : entry);
    known.sent = context;
    return enqueued;
  }

  #acceptFrom(
    gateway: Session,
    name: string,
    device: KnownDevice | undefined,
    upload: Upload,
  ): Promise<void> {
    if (device?.gateway === gateway.name) return this.accept(device, upload);
    const message = device
      ? `The device "${name}" is not behind the gateway "${gateway.name}"; set its server attribute "gateway" to that name.`
      : `There is no device "${name}"; create it with the server attribute "gateway" set to "${gateway.name}".`;
    return this.reject(gateway, { code: "not_behind_gateway", message }, Buffer.from(upload.payload));
  }

  #ask(name: string): Promise<KnownDevice | undefined> {
    const asking = this.#devices
      .byName(name)
      .then((device) => {
        if (device) this.#behind.set(name, device);
        return device;
      })
      .finally(() => this.#asked.delete(name));
    this.#asked.set(name, asking);
    return asking;
  }

  async #changed(changed: Changed) {
    if ("profile" in changed) {
      await this.#devices.refreshProfile(changed.profile).catch(() => {});
      return;
    }
    const { id, name } = changed;
    await this.#devices.refreshNamed(id, name).catch(() => {});
    const before = this.#devices.byId(id);
    if (!before) return;
    const after = await this.#devices.refresh(id).catch(() => before);
    if (after) return;
    this.#behind.delete(before.name);
    this.#downlink.revoke(id);
  }

  /** Finds what an announcement missed. Whoever cannot ask now asks again soon. */
  async #lookAgain() {
    const { devices, profiles } = await this.#devices.changes();
    for (const profile of profiles) await this.#changed({ profile });
    for (const id of devices) await this.#changed({ id });
  }
}

const done = Promise.resolve();

/** JSON text holds no NUL, and PostgreSQL stores none; what is no such text goes as base64. */
function textOf({ payload, problem }: Upload): { payload: string; binary: boolean } {
  if (typeof payload === "string") return { payload, binary: false };
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const binary = problem !== undefined || !isUtf8(bytes) || bytes.includes(0);
  return { payload: bytes.toString(binary ? "base64" : "utf8"), binary };
}

function pick(values: Values, names: string[] | undefined): Values {
  if (!names) return values;
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]!]),
  );
}
