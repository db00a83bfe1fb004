import { appendFileSync, existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { convert } from "../../engine/archive/convert.ts";
import type { Row } from "../../engine/archive/kept.ts";
import { listSpools } from "../../engine/archive/places.ts";
import { readArchive } from "../../engine/archive/read.ts";
import { Spool } from "../../engine/archive/spool.ts";
import type { Entry } from "../../engine/flow/entry.ts";
import type { DeviceContext } from "../../engine/model/device.ts";
import { encodeEntry } from "../../engine/pipeline/frame.ts";
import { tempFolder } from "../support/temp-folder.ts";

let archive = "";
let counts = { kept: 0, lost: 0 };
const said: string[] = [];
beforeEach(() => {
  archive = tempFolder();
  counts = { kept: 0, lost: 0 };
  said.length = 0;
});
afterEach(() => rmSync(archive, { recursive: true, force: true }));

const start = Date.parse("2026-11-25T23:59:58Z");
const contextOf = (id: string, revision = 1): DeviceContext => ({
  id,
  name: `Device ${id}`,
  profile: "default",
  attributes: { road: "A1" },
  revision,
});
const reading = (device: string, at: number, n: number): Entry => ({
  type: "upload",
  device,
  upload: "telemetry",
  arrivedAt: at,
  payload: JSON.stringify({ n, text: "grün 🚦\n" }),
  binary: false,
  id: "",
  checkId: false,
});

function openSpool(name: string, limits = {}) {
  const spool = new Spool({
    folder: join(archive, "spool", "process"),
    name,
    counted(kept, lost) {
      counts.kept += kept;
      counts.lost += lost;
    },
    log: (_level, message) => said.push(message),
    limits,
  });
  const contexts = new Map(["a", "b", "c"].map((id) => [id, contextOf(id)]));
  return {
    put(
      lane: number,
      sequence: number,
      entries: Entry[],
      condemned?: { index: number; reason: string; message: string },
    ) {
      const frames = entries.map(encodeEntry).join("");
      spool.add({ lane, sequence, frames, entries, contexts, condemned });
    },
    close: () => spool.close(),
  };
}

async function rowsFrom(from = 0, to = Number.MAX_SAFE_INTEGER / 1000): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const group of readArchive({ folder: archive }, { from, to }))
    for (const one of group) rows.push(...one.rows);
  return rows;
}
const shown = (rows: Row[]) =>
  rows.map(({ lane, sequence, at, entry }) => [
    lane,
    sequence,
    at - start,
    entry.type === "upload" ? JSON.parse(entry.payload).n : entry.type,
  ]);

test("what lanes committed is read again in order, once, from the spool and from Parquet files alike", async () => {
  const spool = openSpool("one");
  spool.put(1, 10, [reading("a", start, 1), { type: "tick", at: start }, reading("a", start + 2500, 2)]);
  spool.put(0, 7, [reading("b", start + 100, 3)]);
  spool.put(1, 13, [
    {
      type: "event",
      event: "connected",
      device: "c",
      at: start + 2600,
      values: { address: "1.2.3.4" },
      number: 4,
    },
    { type: "alarm-cleared", device: "a", flow: "f", node: "n" },
  ]);
  await spool.close();
  const expected = [
    [0, 8, 100, 3],
    [1, 11, 0, 1],
    [1, 13, 2500, 2],
    [1, 14, 2600, "event"],
  ];
  const spooled = await rowsFrom();
  expect(shown(spooled).filter(([, , , what]) => what !== "alarm-cleared")).toEqual(expected);
  expect(spooled.map(({ entry }) => entry.type)).toContain("alarm-cleared");

  const [file] = await listSpools(archive);
  expect(await convert(file!, archive)).toBe(5);
  // Both at once: the process was killed before it removed the spool file.
  const both = await rowsFrom();
  rmSync(file!);
  const converted = await rowsFrom();
  expect(both).toEqual(spooled);
  expect(converted).toEqual(spooled);
  expect(readdirSync(archive).filter((name) => name.startsWith("day="))).toContain("day=2026-11-25");
  expect(readdirSync(archive).filter((name) => name.startsWith("day="))).toContain("day=2026-11-26");
  expect(counts).toEqual({ kept: 5, lost: 0 });
});

test("a range begins with what was told of its devices before", async () => {
  const spool = openSpool("one");
  spool.put(0, 0, [reading("a", start, 1), reading("a", start + 1000, 2), reading("a", start + 2000, 3)]);
  await spool.close();
  const rows = await rowsFrom(start + 1000, start + 2000);
  expect(shown(rows)).toEqual([[0, 2, 1000, 2]]);
  expect(rows[0]!.entry).toMatchObject({ context: contextOf("a") });
});

test("files of threads between which a lane moved are put together by sequence", async () => {
  const first = openSpool("one");
  const second = openSpool("two");
  first.put(0, 0, [reading("a", start, 1), reading("a", start, 2)]);
  second.put(0, 2, [reading("a", start, 3), reading("a", start, 4)]);
  first.put(0, 4, [reading("a", start, 5)]);
  // The same batch written by both: the first one lost its lane in doubt.
  second.put(0, 4, [reading("a", start, 5)]);
  await first.close();
  await second.close();
  for (const file of await listSpools(archive)) {
    await convert(file, archive);
    rmSync(file);
  }
  expect(shown(await rowsFrom()).map(([, , , n]) => n)).toEqual([1, 2, 3, 4, 5]);
});

test("of a file whose last record was cut off, all others are read", async () => {
  const spool = openSpool("one");
  spool.put(0, 0, [reading("a", start, 1)]);
  spool.put(0, 1, [reading("a", start, 2)]);
  await spool.close();
  const [file] = await listSpools(archive);
  const whole = await rowsFrom();
  appendFileSync(file!, '["b",0,2,17');
  expect(await rowsFrom()).toEqual(whole);
  truncateSync(file!, 0);
  expect(await rowsFrom()).toEqual([]);
});

test("a full file is followed by another, which tells of every device anew", async () => {
  const spool = openSpool("one", { bytes: 100 });
  for (let n = 0; n < 3; n++) spool.put(0, n, [reading("a", start, n)]);
  await spool.close();
  const files = await listSpools(archive);
  expect(files).toHaveLength(3);
  rmSync(files[0]!);
  const rows = await rowsFrom();
  expect(shown(rows).map(([, , , n]) => n)).toEqual([1, 2]);
  expect(rows[0]!.entry).toMatchObject({ context: contextOf("a") });
});

test("what was set aside by its lane is marked", async () => {
  const spool = openSpool("one");
  const condemned = { index: 1, reason: "evaluation_timeout", message: "too long" };
  spool.put(0, 0, [reading("a", start, 1), reading("a", start, 2)], condemned);
  await spool.close();
  const rows = await rowsFrom();
  expect(rows.map(({ setAside }) => setAside?.reason)).toEqual([undefined, "evaluation_timeout"]);
});

test("a folder that cannot be written is counted and said, and nothing throws", async () => {
  writeFileSync(join(archive, "spool"), "a file stands in the way");
  const spool = openSpool("one");
  spool.put(0, 0, [reading("a", start, 1)]);
  await spool.close();
  spool.put(0, 1, [reading("a", start, 2)]);
  expect(counts).toEqual({ kept: 0, lost: 2 });
  expect(said).toEqual(["the archive cannot be written; messages are missing from it"]);
  expect(existsSync(join(archive, "spool", "process"))).toBe(false);
});
