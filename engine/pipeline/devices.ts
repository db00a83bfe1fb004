import DataLoader from "dataloader";
import type { Device, DeviceContext } from "../model/device.ts";
import type { Session } from "../model/host.ts";
import type { DeliveryClass } from "../model/profile.ts";
import type { Registry } from "../store/registry.ts";
import { NamedDevices, namingsOf, relatedOf } from "./named-devices.ts";

/** A device as this process knows it, and what its lane has been told of it. */
export interface KnownDevice extends Session {
  name: string;
  class: DeliveryClass;
  token: string;
  /** Name of the gateway that may speak for it. */
  gateway: unknown;
  context: DeviceContext;
  /** The context that this process last sent to the device's lane. */
  sent: DeviceContext | undefined;
}

/**
 * Devices seen by this process, by token and by id. Announced changes are read anew at once; `changes` finds what an
 * announcement missed.
 */
export class KnownDevices {
  readonly #registry: Registry;
  readonly #byToken = new Map<string, KnownDevice>();
  readonly #byId = new Map<string, KnownDevice>();
  readonly #loading = new Map<string, Promise<KnownDevice | undefined>>();
  /** What connections ask in one turn of the event loop is one question: after a start all devices come at once. */
  readonly #askToken: DataLoader<string, Device | undefined>;
  readonly #askName: DataLoader<string, Device | undefined>;
  readonly #classes = new Map<string, DeliveryClass>();
  readonly #named: NamedDevices;
  #seenAt: number | undefined;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#askToken = new DataLoader((tokens) => registry.devicesByToken(tokens), inOneTurn);
    this.#askName = new DataLoader((names) => registry.devicesByName(names), inOneTurn);
    this.#named = new NamedDevices(registry);
  }

  byToken(token: string): Promise<KnownDevice | undefined> {
    const known = this.#byToken.get(token);
    if (known) return Promise.resolve(known);
    const loading = this.#loading.get(token) ?? this.#load(token);
    this.#loading.set(token, loading);
    return loading.finally(() => this.#loading.delete(token));
  }

  byId(id: string): KnownDevice | undefined {
    return this.#byId.get(id);
  }

  async byName(name: string): Promise<KnownDevice | undefined> {
    const device = await this.#askName.load(name);
    return device && (this.#byId.get(device.id) ?? this.#know(device));
  }

  /** Reads a device again that this process knows; undefined when it is unknown here or deleted meanwhile. */
  async refresh(id: string): Promise<KnownDevice | undefined> {
    const known = this.#byId.get(id);
    if (!known) return undefined;
    const device = await this.#registry.device(id);
    if (device) return this.#know(device);
    this.#byToken.delete(known.token);
    this.#byId.delete(id);
    this.#named.unfollow(id);
    return undefined;
  }

  /** Reads a device again for the sake of those that name it, or named it before it got its name. */
  async refreshNamed(id: string, name?: string): Promise<void> {
    await this.#reread(this.#named.namesOf(id, name));
  }

  /** Brings the delivery class of every device of this profile up to date. */
  async refreshProfile(name: string): Promise<void> {
    this.#classes.delete(name);
    const deliveryClass = await this.#classOf(name);
    for (const known of this.#byId.values()) if (known.context.profile === name) known.class = deliveryClass;
  }

  /** Ids of known devices, and names of profiles, that are not as this process knows them. */
  async changes(): Promise<{ devices: string[]; profiles: string[] }> {
    const { at, changed, deleted } = await this.#registry.deviceChanges(this.#seenAt ?? Date.now());
    await this.#reread(this.#named.stale({ changed, deleted }));
    this.#seenAt = at;
    const devices = changed.filter(({ id, revision }) => {
      const known = this.#byId.get(id);
      return known && known.context.revision !== revision;
    });
    const profiles = await this.#registry.profiles();
    return {
      devices: [...devices.map(({ id }) => id), ...deleted.filter((id) => this.#byId.has(id))],
      profiles: profiles
        .filter(({ name, class: now }) => (this.#classes.get(name) ?? now) !== now)
        .map(({ name }) => name),
    };
  }

  async #reread(names: readonly string[]) {
    for (const id of await this.#named.refresh(names)) {
      const known = this.#byId.get(id);
      if (!known) continue;
      const { related: _, relatedRevision: __, ...own } = known.context;
      known.context = { ...own, ...this.#named.relatedOf(id) };
    }
  }

  async #load(token: string): Promise<KnownDevice | undefined> {
    const device = await this.#askToken.load(token);
    return device && this.#know(device);
  }

  async #know(device: Device): Promise<KnownDevice> {
    await this.#named.follow(device);
    const deliveryClass = await this.#classOf(device.profile);
    const fresh: KnownDevice = {
      device: device.id,
      name: device.name,
      class: deliveryClass,
      token: device.token,
      gateway: device.attributes.gateway,
      context: { ...contextOf(device), ...this.#named.relatedOf(device.id) },
      sent: undefined,
    };
    const known = this.#byId.get(device.id);
    if (known && known.token !== fresh.token) this.#byToken.delete(known.token);
    // Sessions hold the object itself, so it is brought up to date in place.
    const entry = known ? Object.assign(known, fresh) : fresh;
    this.#byToken.set(entry.token, entry);
    this.#byId.set(device.id, entry);
    return entry;
  }

  async #classOf(profile: string): Promise<DeliveryClass> {
    const known = this.#classes.get(profile);
    if (known) return known;
    const read = (await this.#registry.profile(profile))?.class ?? "industrial";
    this.#classes.set(profile, read);
    return read;
  }
}

/** Without `cache`: what the registry says is true for the moment only. */
const inOneTurn = {
  cache: false,
  maxBatchSize: 500,
  batchScheduleFn: (ask: () => void) => void setImmediate(ask),
};

/** By id: what lanes are told of devices, with those that they name. */
export async function contextsOf(
  devices: readonly Device[],
  registry: Pick<Registry, "namedDevices">,
): Promise<Map<string, DeviceContext>> {
  const namings = new Map(devices.map((device) => [device.id, namingsOf(device)]));
  const names = new Set([...namings.values()].flatMap((all) => all.map(([, name]) => name)));
  const named = new Map((await registry.namedDevices([...names])).map((one) => [one.name, one]));
  const contexts = devices.map((device) => {
    const related = relatedOf(namings.get(device.id)!, named);
    return [device.id, { ...contextOf(device), ...related }] as const;
  });
  return new Map(contexts);
}

function contextOf(device: Device): DeviceContext {
  const { id, name, profile, revision, client, shared, attributes } = device;
  return { id, name, profile, revision, attributes: { ...client, ...shared, ...attributes } };
}
