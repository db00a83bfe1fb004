import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type Case, casesSchema, inputsOf } from "../../engine/flow/cases.ts";
import type { Entry } from "../../engine/flow/entry.ts";
import type { OtherFlow } from "../../engine/flow/surroundings.ts";
import type { DeviceContext } from "../../engine/model/device.ts";
import { type Flow, flowSchema } from "../../engine/model/flow.ts";
import { laneOf } from "../../engine/model/lane.ts";
import type { Values } from "../../engine/model/value.ts";

const root = join(import.meta.dirname, "..", "..", "flows");
const read = (...path: string[]) => JSON.parse(readFileSync(join(root, ...path), "utf8"));

/** A shipped flow, and what its cases know of devices and values. */
export interface Shipped {
  flow: Flow;
  devices: DeviceContext[];
  values: Values[];
}

export const shipped: Shipped[] = readdirSync(root).map((folder) => {
  const flow = flowSchema.parse(read(folder, "flow.json"));
  return { flow, ...knownOf(flow, casesSchema.parse(read(folder, "cases.json"))) };
});

export const flows = new Map<string, OtherFlow>(
  shipped.map(({ flow }) => [flow.id, { version: 1, definition: flow }]),
);

function knownOf(flow: Flow, cases: Case[]) {
  const devices = new Map<string, DeviceContext>();
  const values: Values[] = [];
  for (const each of cases)
    for (const input of inputsOf(flow, each)) {
      if (!("values" in input)) continue;
      values.push(input.values);
      const { id = "device", name = id, profile = "default", attributes = {} } = input.device ?? {};
      devices.set(id, { id: id.replaceAll(" ", "-"), name, profile, attributes, revision: 1 });
    }
  return { devices: [...devices.values()], values };
}

export const lanes = 4;

export interface TapeRow {
  lane: number;
  sequence: number;
  at: number;
  entry: Entry;
}

const step = fc.record({
  device: fc.nat(),
  values: fc.nat(),
  gapMs: fc.oneof(fc.nat(900), fc.nat(30_000), fc.nat(600_000)),
  backMs: fc.oneof(fc.constant(0), fc.nat(60_000)),
  kind: fc.nat(20),
});

/** What devices of a shipped flow sent, in the order of its arrival; each lane counts its entries. */
export const tape = fc.constantFrom(...shipped).chain((one) =>
  fc
    .record({ shipped: fc.constant(one), rows: fc.array(step, { minLength: 5, maxLength: 60 }) })
    .map(({ shipped, rows: steps }) => {
      const { devices, values } = shipped;
      const told = new Set<string>();
      const sequences = new Array<number>(lanes).fill(1000);
      let now = Date.UTC(2026, 10, 26, 8);
      const rows = steps.map((step): TapeRow => {
        now += step.gapMs;
        const context = devices[step.device % devices.length]!;
        const lane = laneOf(context.id, lanes);
        const isNew = !told.has(context.id);
        told.add(context.id);
        const entry = entryOf(step.kind, {
          device: context.id,
          at: now,
          ts: now - step.backMs,
          values: values[step.values % values.length]!,
          ...(isNew && { context }),
        });
        return { lane, sequence: ++sequences[lane]!, at: now, entry };
      });
      return { shipped, rows, end: now + 3_600_000 };
    }),
);

interface Told {
  device: string;
  at: number;
  ts: number;
  values: Values;
  context?: DeviceContext;
}

function entryOf(kind: number, { device, at, ts, values, context }: Told): Entry {
  const rest = context && { context };
  if (kind === 0) return { type: "event", event: "connected", device, at, values: {}, ...rest };
  const payload = JSON.stringify(kind === 1 ? values : { ts, values });
  const upload = kind === 1 ? ("attributes" as const) : ("telemetry" as const);
  return {
    type: "upload",
    device,
    upload,
    arrivedAt: at,
    payload,
    binary: false,
    id: "",
    checkId: false,
    ...rest,
  };
}

/** The rows by second of their lanes' clocks, as the archive gives them. */
export function bySecond(rows: readonly TapeRow[]) {
  const seconds = new Map<number, TapeRow[]>();
  for (const row of rows) {
    const second = Math.floor(row.at / 1000);
    seconds.set(second, [...(seconds.get(second) ?? []), row]);
  }
  return [...seconds].map(([second, rows]) => ({
    second,
    rows: rows.toSorted((a, b) => a.lane - b.lane || a.sequence - b.sequence),
  }));
}
