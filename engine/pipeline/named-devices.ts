import type { Device, DeviceContext } from "../model/device.ts";
import type { NamedDevice, Registry } from "../store/registry.ts";

/** What a context says of others: see docs/adr/0016. */
export type RelatedPart = Pick<DeviceContext, "related" | "relatedRevision">;
type Naming = readonly [attribute: string, name: string];
type Named = ReadonlyMap<string, NamedDevice>;

/** Of the devices that one names, so many are known to its lane. */
const maxRelated = 10;
const maxNaming = 100;
const maxNameLength = 128;

/** The attributes that may name another device, and the name: texts that the server wrote, by attribute. */
export function namingsOf({ name, attributes, shared }: Device): Naming[] {
  const written = Object.entries({ ...shared, ...attributes });
  return written
    .filter((entry): entry is [string, string] => isName(entry[1]) && entry[1] !== name)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, maxNaming);
}

const isName = (value: unknown) => typeof value === "string" && value !== "" && value.length <= maxNameLength;

export function relatedOf(namings: readonly Naming[], named: Named): RelatedPart {
  let relatedRevision = 0;
  const related: NonNullable<RelatedPart["related"]> = {};
  for (const [attribute, name] of namings) {
    const found = named.get(name);
    // Also that of a device which is gone: the sum must never fall.
    relatedRevision += found?.revision ?? 0;
    if (found?.device && Object.keys(related).length < maxRelated) related[attribute] = found.device;
  }
  if (relatedRevision === 0) return {};
  return Object.keys(related).length > 0 ? { related, relatedRevision } : { relatedRevision };
}

/** Devices named by those that a process knows, each read once, and again when it changed. */
export class NamedDevices {
  readonly #registry: Pick<Registry, "namedDevices">;
  readonly #named = new Map<string, NamedDevice>();
  readonly #nameById = new Map<string, string>();
  readonly #namings = new Map<string, readonly Naming[]>();
  /** By name: ids of the devices that name it. */
  readonly #followers = new Map<string, Set<string>>();

  constructor(registry: Pick<Registry, "namedDevices">) {
    this.#registry = registry;
  }

  /** Reads what the device names and is not known yet. */
  async follow(device: Device) {
    const namings = namingsOf(device);
    const names = new Set(namings.map(([, name]) => name));
    const before = this.#namings.get(device.id) ?? [];
    this.#namings.set(device.id, namings);
    for (const name of names) {
      const followers = this.#followers.get(name) ?? new Set();
      this.#followers.set(name, followers.add(device.id));
    }
    for (const [, name] of before) if (!names.has(name)) this.#leave(device.id, name);
    await this.#read([...names].filter((name) => !this.#named.has(name)));
  }

  unfollow(id: string) {
    for (const [, name] of this.#namings.get(id) ?? []) this.#leave(id, name);
    this.#namings.delete(id);
  }

  relatedOf(id: string): RelatedPart {
    return relatedOf(this.#namings.get(id) ?? [], this.#named);
  }

  /** Names by which others know the device: the one it had, and the one it has now. */
  namesOf(id: string, name: string | undefined): string[] {
    const names = new Set([this.#nameById.get(id), name]);
    return [...names].filter((each): each is string => each !== undefined && this.#followers.has(each));
  }

  /** Of these changes: names whose bearer is another one, or not as it was read. */
  stale({ changed, deleted }: Pick<Awaited<ReturnType<Registry["deviceChanges"]>>, "changed" | "deleted">) {
    const names = new Set<string>();
    for (const { id, name, revision } of changed) {
      const known = this.#named.get(name);
      if (known && (known.id !== id || known.revision !== revision)) names.add(name);
      const before = this.#nameById.get(id);
      if (before !== undefined && before !== name) names.add(before);
    }
    for (const id of deleted) {
      const before = this.#nameById.get(id);
      if (before !== undefined) names.add(before);
    }
    return [...names];
  }

  /** Reads them again; gives the ids of the devices that name one of them. */
  async refresh(names: readonly string[]): Promise<Set<string>> {
    await this.#read(names);
    return new Set(names.flatMap((name) => [...(this.#followers.get(name) ?? [])]));
  }

  async #read(names: readonly string[]) {
    if (names.length === 0) return;
    for (const found of await this.#registry.namedDevices(names)) {
      const known = this.#named.get(found.name);
      if (!this.#followers.has(found.name) || (known && known.revision > found.revision)) continue;
      if (known?.id) this.#nameById.delete(known.id);
      this.#named.set(found.name, found);
      if (found.id) this.#nameById.set(found.id, found.name);
    }
  }

  #leave(id: string, name: string) {
    const followers = this.#followers.get(name);
    followers?.delete(id);
    if (followers?.size !== 0) return;
    this.#followers.delete(name);
    const known = this.#named.get(name);
    if (known?.id) this.#nameById.delete(known.id);
    this.#named.delete(name);
  }
}
