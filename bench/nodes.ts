import { compilePlan } from "../engine/flow/compile.ts";
import type { UploadEntry } from "../engine/flow/entry.ts";
import { readTelemetry } from "../engine/flow/readings.ts";
import { run } from "../engine/flow/run.ts";
import { LaneState } from "../engine/flow/state.ts";
import type { Candidate } from "../engine/model/candidate.ts";
import type { Message } from "../engine/model/message.ts";
import type { Values } from "../engine/model/value.ts";
import type { Kind, Node } from "../engine/nodes/kind.ts";
import { nodeKinds } from "../engine/nodes/kinds.ts";
import { machine, watchMachine } from "./machine.ts";
import { referenceFlow } from "./reference-flow.ts";

/** What nodes cost by themselves, on one thread: no queue, no store. */
const measureMs = 700;
const warmupMs = 300;
const devices = 100;
const windowKeys = 100_000;
const batchSize = 512;
const reading = '{"ts":1700000000000,"values":{"speed":41.5,"occupancy":12,"count":3}}';

const told = machine();
process.stdout.write(
  `${told.cores} x ${told.processor}, ${told.memoryGb} GB, Node ${told.node}, commit ${told.commit}${told.changed ? " (changed)" : ""}\n\n`,
);
const busy = watchMachine();

/** What all is held against: reading one message's JSON, in the same run. */
const parsing = rate(() => {
  for (let i = 0; i < 1000; i++) JSON.parse(reading);
  return 1000;
});
const rows: [name: string, perSecond: number][] = [["JSON.parse of a reading", parsing]];
for (const kind of nodeKinds) rows.push([kind.kind, rate(evaluations(kind))]);
rows.push([`window updates over ${windowKeys.toLocaleString("en")} keys`, rate(windowUpdates())]);
const { alone, evaluated, kept } = reference();
rows.push(["nodes of the reference flow", alone], ["the same, with its messages read from JSON", evaluated]);
rows.push(["the same, with state encoded to be stored", kept]);
const beside = { id: 1, version: 2, definition: referenceFlow };
const shadow = reference([{ ...beside, mode: "shadow", withinMs: 60_000 }]);
rows.push(["read and evaluated beside itself in shadow", shadow.evaluated]);
const canary = reference([{ ...beside, mode: "canary", devices: { percent: 50 } }]);
rows.push(["read and evaluated, half of the devices in a canary", canary.evaluated]);

for (const [name, perSecond] of rows) {
  const ratio = (perSecond / parsing).toFixed(2);
  process.stdout.write(
    `${name.padEnd(52)}${Math.round(perSecond).toLocaleString("en").padStart(14)}/s${ratio.padStart(9)} of parsing\n`,
  );
}
const { machineCores, foreignCores } = busy();
process.stdout.write(`\n${machineCores} cores busy, ${foreignCores} of them with something else\n`);

/** How often a second; `work` does some and says how many. */
function rate(work: () => number): number {
  for (const end = performance.now() + warmupMs; performance.now() < end; ) work();
  const startAt = performance.now();
  let count = 0;
  while (performance.now() < startAt + measureMs) count += work();
  return (count / (performance.now() - startAt)) * 1000;
}

function messageOf(values: Values, ts: number, device: Partial<Message["device"]> = {}): Message {
  const known = { id: "device", name: "Device", profile: "detector", attributes: {}, revision: 1, ...device };
  return { id: "0:1", device: known, type: "telemetry", ts, arrivedAt: ts, values };
}

/** The kind's first example, over and over, for a hundred devices with a state each. */
function evaluations(kind: Kind): () => number {
  const [example] = kind.examples;
  const node = kind.create(kind.config.parse(example!.config));
  const given = example!.given.flatMap((one) => ("values" in one ? [one] : []));
  const states: unknown[] = Array.from({ length: devices });
  let now = 1_700_000_000_000;
  return () => {
    for (const { values, device } of given)
      for (let i = 0; i < devices; i++) keep(node, messageOf(values, now, device), states, i);
    now += 1000;
    return given.length * devices;
  };
}

function keep(node: Node, message: Message, states: unknown[], at: number) {
  const { state } = node.evaluate(message, states[at] ?? undefined);
  if (state !== undefined) states[at] = state;
}

function windowUpdates(): () => number {
  const kind = nodeKinds.find((one) => one.kind === "aggregate")!;
  const node = kind.create(
    kind.config.parse(referenceFlow.nodes.find((one) => one.kind === "aggregate")!.config),
  );
  const states: unknown[] = Array.from({ length: windowKeys });
  const values = { speed: 41.5, occupancy: 12 };
  let now = 1_700_000_000_000;
  let at = 0;
  return () => {
    for (let i = 0; i < 1000; i++) {
      keep(node, messageOf(values, now), states, at);
      at = (at + 1) % windowKeys;
      // Every key has about ten updates in a window of 10 s.
      if (at === 0) now += 1000;
    }
    return 1000;
  };
}

/**
 * Visits of nodes a second: `evaluated` in `run`, which reads the messages' JSON, too; `alone` without the time that reading the
 * same payloads takes by itself, in turn with it; `kept` with what a commit needs.
 */
function reference(candidates: Candidate[] = []): { alone: number; evaluated: number; kept: number } {
  const plan = compilePlan([{ version: 1, definition: referenceFlow }], { candidates });
  const maxAheadMs = Number.MAX_SAFE_INTEGER;
  const options = { lane: 0, maxAheadMs, plan, compile: () => plan };
  const state = new LaneState();
  let now = 1_700_000_000_000;
  const batch = () => {
    const begin = now;
    now += batchSize * 20;
    const entries = Array.from({ length: batchSize }, (_, i) => entryOf(i, begin + i * 20));
    const startAt = performance.now();
    const outcome = run(options, state, entries);
    const ranMs = performance.now() - startAt;
    state.merge(outcome);
    const mergedMs = performance.now() - startAt;
    const readFrom = performance.now();
    for (const { payload, arrivedAt } of entries)
      if (!Array.isArray(readTelemetry(payload, { arrivedAt, maxAheadMs }))) throw new Error(payload);
    const readMs = performance.now() - readFrom;
    let visits = 0;
    for (const { nodes } of outcome.counts.values()) for (const count of nodes) visits += count;
    return { visits, ranMs, readMs, mergedMs };
  };
  for (const end = performance.now() + 2 * warmupMs; performance.now() < end; ) batch();
  const sum = { visits: 0, ranMs: 0, readMs: 0, mergedMs: 0 };
  for (const end = performance.now() + 2 * measureMs; performance.now() < end; ) {
    const { visits, ranMs, readMs, mergedMs } = batch();
    sum.visits += visits;
    sum.ranMs += ranMs;
    sum.readMs += readMs;
    sum.mergedMs += mergedMs;
  }
  const perSecond = (ms: number) => (sum.visits / ms) * 1000;
  return {
    alone: perSecond(sum.ranMs - sum.readMs),
    evaluated: perSecond(sum.ranMs),
    kept: perSecond(sum.mergedMs),
  };
}

function entryOf(i: number, ts: number): UploadEntry {
  const device = `device-${i % devices}`;
  const speed = i % 97 === 0 ? 8 : 30 + (i % 40);
  return {
    type: "upload",
    device,
    upload: "telemetry",
    arrivedAt: ts,
    payload: `{"ts":${ts},"values":{"speed":${speed},"occupancy":${i % 60},"count":${i % 9}}}`,
    binary: false,
    id: "",
    checkId: false,
    context: { id: device, name: device, profile: "detector", attributes: { road: "A7" }, revision: 1 },
  };
}
