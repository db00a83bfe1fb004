import type { Device, DeviceContext } from "../model/device.ts";
import type { Session } from "../model/host.ts";
import type { DeliveryClass } from "../model/profile.ts";
import type { Registry } from "../store/registry.ts";

/** A device as this process knows it, and what its lane has been told of it. */
export interface KnownDevice extends Session {
  name: string;
  class: DeliveryClass;
  token: string;
  /** Name of the gateway that may speak for it. */
  gateway: unknown;
  context: DeviceContext;
  /** Revision of the context that this process last sent to the device's lane. */
  sentRevision: number;
  loadedAt: number;
}

const freshMs = 60_000;

/**
 * Devices seen by this process, by token and by id. Announced changes are read anew at once; beyond that every
 * device is read and told to its lane again each minute, so that a missed announcement heals.
 */
export class KnownDevices {
  readonly #registry: Registry;
  readonly #byToken = new Map<string, KnownDevice>();
  readonly #byId = new Map<string, KnownDevice>();
  readonly #loading = new Map<string, Promise<KnownDevice | undefined>>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  async byToken(token: string): Promise<KnownDevice | undefined> {
    const known = this.#byToken.get(token);
    if (known && Date.now() - known.loadedAt < freshMs) return known;
    const loading = this.#loading.get(token) ?? this.#load(token);
    this.#loading.set(token, loading);
    try {
      return await loading;
    } finally {
      this.#loading.delete(token);
    }
  }

  byId(id: string): KnownDevice | undefined {
    return this.#byId.get(id);
  }

  /** The device of this name, by its token. */
  async byName(name: string): Promise<KnownDevice | undefined> {
    const device = await this.#registry.deviceByName(name);
    return device && this.byToken(device.token);
  }

  /** Reads a device again that this process knows; undefined when it is unknown here or deleted meanwhile. */
  async refresh(id: string): Promise<KnownDevice | undefined> {
    const known = this.#byId.get(id);
    return known && this.#load(known.token);
  }

  /** Brings the delivery class of every device of this profile up to date. */
  async refreshProfile(name: string): Promise<void> {
    const deliveryClass = await this.#classOf(name);
    for (const known of this.#byId.values()) if (known.context.profile === name) known.class = deliveryClass;
  }

  isStale(known: KnownDevice): boolean {
    return Date.now() - known.loadedAt >= freshMs;
  }

  async #load(token: string): Promise<KnownDevice | undefined> {
    const device = await this.#registry.deviceByToken(token);
    if (!device) {
      const gone = this.#byToken.get(token);
      this.#byToken.delete(token);
      if (gone) this.#byId.delete(gone.device);
      return undefined;
    }
    const fresh: KnownDevice = {
      device: device.id,
      name: device.name,
      class: await this.#classOf(device.profile),
      token,
      gateway: device.attributes.gateway,
      context: contextOf(device),
      sentRevision: 0,
      loadedAt: Date.now(),
    };
    const known = this.#byToken.get(token);
    // Sessions hold the object itself, so it is brought up to date in place.
    const entry = known ? Object.assign(known, fresh) : fresh;
    this.#byToken.set(token, entry);
    this.#byId.set(device.id, entry);
    return entry;
  }

  async #classOf(profile: string): Promise<DeliveryClass> {
    return (await this.#registry.profile(profile))?.class ?? "industrial";
  }
}

function contextOf(device: Device): DeviceContext {
  const { id, name, profile, revision, client, shared, attributes } = device;
  return { id, name, profile, revision, attributes: { ...client, ...shared, ...attributes } };
}
