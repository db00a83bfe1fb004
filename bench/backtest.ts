import { rmSync } from "node:fs";
import { join } from "node:path";
import { convert } from "../engine/archive/convert.ts";
import { folderFiles } from "../engine/archive/folder-files.ts";
import { listFiles, listSpools } from "../engine/archive/places.ts";
import { Spool } from "../engine/archive/spool.ts";
import type { BacktestOrder } from "../engine/backtest/backtest.ts";
import type { Entry } from "../engine/flow/entry.ts";
import { varied } from "../engine/flow/vary.ts";
import type { DeviceContext } from "../engine/model/device.ts";
import { laneOf } from "../engine/model/lane.ts";
import { encodeEntry } from "../engine/pipeline/frame.ts";
import { type BacktestTask, runBacktest } from "../engine/run-backtest.ts";
import { tempFolder } from "../test/support/temp-folder.ts";
import { machine, watchMachine } from "./machine.ts";
import { residentMb } from "./process.ts";
import { referenceFlow } from "./reference-flow.ts";

/** A million messages as lanes commit them, through spool and Parquet files, then the reference flow over them. */
const messages = Number(process.argv.find((arg) => arg.startsWith("--most="))?.slice(7) ?? 1_000_000);
const devices = 1000;
const lanes = 16;
const perSecond = 1000;
const batchSize = 64;
const from = Date.UTC(2026, 10, 26, 8);
const to = from + (messages / perSecond) * 1000;

const told = machine();
say(
  `${told.cores} x ${told.processor}, ${told.memoryGb} GB, Node ${told.node}, commit ${told.commit}${told.changed ? " (changed)" : ""}`,
);
const busy = watchMachine();
const archive = tempFolder("bench");

const spooled = await timed(spool);
say(`spooled       ${rate(messages, spooled)}/s`);
const converted = await timed(async () => {
  for (const file of await listSpools(archive)) {
    await convert(file, archive);
    rmSync(file);
  }
});
const files = await listFiles(folderFiles(archive), { from, to });
const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
say(
  `converted     ${rate(messages, converted)}/s, ${files.length} Parquet files, ${Math.round(bytes / messages)} bytes a message`,
);

const order: BacktestOrder = {
  flow: referenceFlow,
  version: null,
  live: null,
  around: {},
  from,
  to,
  maxAheadMs: 3_600_000,
};
const raise = { node: "slow", path: ["raise", "all", 0, "value"] };
const other = varied(referenceFlow, raise, 7)!;
const source: BacktestTask["source"] = { type: "archive", place: { folder: archive } };
await measure("one version", { order, source });
await measure("beside the live one", {
  order: { ...order, flow: other, live: { version: 1, definition: referenceFlow } },
  source,
});
await measure("what-if, 8 values", {
  order,
  source,
  vary: { ...raise, values: [5, 6, 7, 8, 9, 10, 11, 12] },
});
const { machineCores, foreignCores } = busy();
say(`${machineCores} cores busy, ${foreignCores} of them with something else`);
rmSync(archive, { recursive: true });

async function measure(name: string, task: BacktestTask) {
  let peakMb = 0;
  const timer = setInterval(() => {
    peakMb = Math.max(peakMb, residentMb(process.pid));
  }, 100);
  let alarms = 0;
  const seconds = await timed(async () => {
    const { result, whatIf } = await runBacktest(task, () => {}).done;
    alarms = result?.candidate.alarms ?? whatIf!.points.reduce((sum, point) => sum + point.alarms, 0);
    const seen = (result ?? whatIf)!.messages;
    if (seen !== messages || alarms === 0)
      throw new Error(`${name}: ${seen} of ${messages} messages came, and ${alarms} alarms`);
  });
  clearInterval(timer);
  const ratio = Math.round((to - from) / 1000 / seconds);
  say(
    `${name.padEnd(22)}${rate(messages, seconds)}/s, ${seconds.toFixed(1)} s, ${ratio} times as fast as they came, ${alarms} alarms, at most ${peakMb} MB resident`,
  );
}

async function spool() {
  const spool = new Spool({
    folder: join(archive, "spool", "bench"),
    name: "bench",
    counted(_, lost) {
      if (lost > 0) throw new Error(`${lost} messages were lost`);
    },
    log: (_, message) => say(message),
  });
  const contexts = new Map<string, DeviceContext>();
  const byLane = Array.from({ length: lanes }, () => ({ sequence: 0, devices: [] as string[], next: 0 }));
  for (let i = 0; i < devices; i++) {
    const id = `device-${i}`;
    contexts.set(id, {
      id,
      name: `Detector ${i}`,
      profile: "detector",
      attributes: { road: "A1" },
      revision: 1,
    });
    byLane[laneOf(id, lanes)]!.devices.push(id);
  }
  for (let sent = 0; sent < messages; ) {
    for (const [lane, one] of byLane.entries()) {
      const entries: Entry[] = [];
      for (let i = 0; i < batchSize && sent < messages; i++, sent++)
        entries.push(
          reading(
            one.devices[one.next++ % one.devices.length]!,
            from + Math.floor((sent / perSecond) * 1000),
          ),
        );
      const frames = entries.map(encodeEntry).join("");
      spool.add({ lane, sequence: one.sequence, frames, entries, contexts, condemned: undefined });
      one.sequence += entries.length;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await spool.close();
}

function reading(device: string, at: number): Entry {
  // Slow for two minutes of every ten, each device at another time.
  const phase = (at / 1000 + Number(device.slice(7)) * 7) % 600;
  const speed = phase < 120 ? 5 + (at % 10) : 45 + (at % 20);
  return {
    type: "upload",
    device,
    upload: "telemetry",
    arrivedAt: at,
    payload: `{"ts":${at},"values":{"speed":${speed},"occupancy":${at % 90},"count":3}}`,
    binary: false,
    id: "",
    checkId: false,
  };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function rate(count: number, seconds: number): string {
  return Math.round(count / seconds)
    .toLocaleString("en")
    .padStart(9);
}

function say(line: string) {
  process.stdout.write(`${line}\n`);
}
