import type { Entry, UploadEntry } from "../flow/entry.ts";
import { readTelemetry } from "../flow/readings.ts";
import { cutValue } from "../model/cut-values.ts";
import type { DeviceContext } from "../model/device.ts";
import type { Value, Values } from "../model/value.ts";

/** One message of a profile in so long is looked at. */
const lookMs = 5000;
/** What is known is told again so seldom, so that its values are not from long ago. */
const againMs = 600_000;
const maxProfiles = 1000;
const maxChars = 16_384;
const maxNames = 100;

interface Looked {
  nextAt: number;
  toldAt: number;
  names: Set<string>;
}

/** Looks at a message of each profile now and then, so that whoever draws a flow can choose from the fields that devices send. */
export class SeenFields {
  readonly #tell: (profile: string, values: Values) => void;
  readonly #profiles = new Map<string, Looked>();

  constructor(tell: (profile: string, values: Values) => void) {
    this.#tell = tell;
  }

  /** A batch that was committed; `nowMs` counts on. */
  look(entries: readonly Entry[], contexts: ReadonlyMap<string, DeviceContext>, nowMs: number) {
    for (const entry of entries) {
      if (entry.type !== "upload" || entry.upload !== "telemetry") continue;
      const profile = contexts.get(entry.device)?.profile;
      if (profile === undefined || nowMs < (this.#profiles.get(profile)?.nextAt ?? 0)) continue;
      const looked = this.#lookedAt(profile, nowMs);
      const values = valuesIn(entry);
      const names = Object.keys(values);
      const isNew = names.some((name) => !looked.names.has(name));
      if (names.length === 0 || (!isNew && nowMs < looked.toldAt + againMs)) continue;
      looked.toldAt = nowMs;
      if (looked.names.size > maxNames) looked.names.clear();
      for (const name of names) looked.names.add(name);
      this.#tell(profile, values);
    }
  }

  #lookedAt(profile: string, nowMs: number): Looked {
    const looked = this.#profiles.get(profile) ?? { nextAt: 0, toldAt: nowMs, names: new Set() };
    looked.nextAt = nowMs + lookMs;
    if (this.#profiles.size >= maxProfiles) this.#profiles.clear();
    this.#profiles.set(profile, looked);
    return looked;
  }
}

/** Of all its readings, each field as the last one has it; none where it cannot be read or is very long. */
function valuesIn({ payload, binary, arrivedAt }: UploadEntry): Values {
  if (binary || payload.length > maxChars) return {};
  const read = readTelemetry(payload, { arrivedAt, maxAheadMs: Number.POSITIVE_INFINITY });
  if (!Array.isArray(read)) return {};
  const all: [string, Value][] = read.flatMap(({ values }) => Object.entries(values));
  const last = Object.entries(Object.fromEntries(all)).slice(0, maxNames);
  return Object.fromEntries(last.map(([name, value]) => [name, cutValue(value)]));
}
