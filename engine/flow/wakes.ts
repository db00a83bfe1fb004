const grainMs = 1000;

const secondOf = (at: number) => Math.ceil(at / grainMs);

/** Whether a tick at `now` is for a device that wants one at `at`, both in ms: as `Wakes` has it, to the second. */
export function isDue(at: number | undefined, now: number): boolean {
  return at !== undefined && secondOf(at) * grainMs <= now;
}

/** When devices want a tick, by the second: each device stands in the bucket of its earliest wake. */
export class Wakes {
  readonly #buckets = new Map<number, Set<string>>();
  readonly #secondOf = new Map<string, number>();
  /** Undefined: to be looked for. */
  #earliest: number | undefined;

  /** `at` in ms, undefined for none. Gives the wake in ms, rounded up to its bucket, or null when it did not change. */
  set(device: string, at: number | undefined): number | undefined | null {
    const second = at === undefined ? undefined : secondOf(at);
    const before = this.#secondOf.get(device);
    if (before === second) return null;
    if (before !== undefined) {
      const bucket = this.#buckets.get(before);
      bucket?.delete(device);
      if (bucket?.size === 0) {
        this.#buckets.delete(before);
        if (before === this.#earliest) this.#earliest = undefined;
      }
    }
    if (second === undefined) {
      this.#secondOf.delete(device);
      return undefined;
    }
    this.#secondOf.set(device, second);
    const bucket = this.#buckets.get(second);
    if (bucket) bucket.add(device);
    else this.#buckets.set(second, new Set([device]));
    if (this.#earliest !== undefined && second < this.#earliest) this.#earliest = second;
    return second * grainMs;
  }

  /** Devices with a wake at or before `now`, in a fixed order. */
  due(now: number): string[] {
    const due: string[] = [];
    for (const [second, devices] of this.#buckets) if (second * grainMs <= now) due.push(...devices);
    return due.sort();
  }

  /** The earliest wake in ms, rounded up to its bucket; undefined when nothing waits. */
  next(): number | undefined {
    if (this.#earliest === undefined)
      for (const second of this.#buckets.keys())
        if (this.#earliest === undefined || second < this.#earliest) this.#earliest = second;
    return this.#earliest === undefined ? undefined : this.#earliest * grainMs;
  }
}
