import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readMessageFile, spanOfFile } from "../../engine/archive/message-file.ts";
import type { MessageFile } from "../../engine/model/backtest.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const dir = tempFolder("message-file");
afterAll(() => removeFolder(dir));
const start = Date.UTC(2026, 10, 26, 8);

let count = 0;
function file(format: MessageFile["format"], lines: readonly string[], ending = "\n"): MessageFile {
  const path = join(dir, `${count++}.${format}`);
  writeFileSync(path, lines.join(ending));
  return { path, format, profile: "loop-detector" };
}

async function entries(file: MessageFile, range = { from: 0, to: Number.MAX_SAFE_INTEGER }) {
  const all = [];
  for await (const group of readMessageFile(file, range)) for (const { rows } of group) all.push(...rows);
  return all.sort((a, b) => a.sequence - b.sequence).map(({ entry }) => entry);
}

test("CSV as spreadsheets write it: columns are values, empty cells are none, times without an offset are UTC", async () => {
  const rows = [
    "\uFEFFdevice;at;speed;open;lane;profile;attributes.road;note;",
    'Loop 4;2026-11-26 08:00:00;12,5;TRUE;007;;A1;"dry; cold";',
    "Loop 4;2026-11-26T09:00:01.5+01:00;;false;;;;;",
    ";;;;;;;;",
    `gate-1;${start + 2000};3;;;barrier;;;`,
  ];
  const read = await entries(file("csv", rows, "\r\n"));
  expect(read).toMatchObject([
    {
      type: "upload",
      device: "Loop%204",
      arrivedAt: start,
      context: { name: "Loop 4", profile: "loop-detector", attributes: { road: "A1" } },
    },
    { device: "Loop%204", arrivedAt: start + 1500, context: { attributes: { road: "A1" } } },
    {
      device: "gate-1",
      arrivedAt: start + 2000,
      context: { name: "gate-1", profile: "barrier", attributes: {} },
    },
  ]);
  expect(read.map((entry) => "payload" in entry && JSON.parse(entry.payload))).toEqual([
    { ts: start, values: { speed: 12.5, open: true, lane: "007", note: "dry; cold" } },
    { ts: start + 1500, values: { open: false } },
    { ts: start + 2000, values: { speed: 3 } },
  ]);
});

test("NDJSON and CSV of the same messages are the same entries", async () => {
  const json = file("ndjson", [
    `{"device":"d1","at":${start},"ts":${start - 500},"values":{"speed":41}}`,
    "",
    `{"device":"d2","at":"2026-11-26T08:00:01Z","type":"connected","values":{}}`,
  ]);
  const csv = file("csv", [
    "device,at,ts,type,speed",
    `d1,${start},${start - 500},,41`,
    "d2,2026-11-26T08:00:01Z,,connected,",
  ]);
  expect(await entries(csv)).toEqual(await entries(json));
  expect(await spanOfFile(csv)).toEqual({ from: start, to: start + 1001, messages: 2, devices: 2 });
  expect(await spanOfFile(json)).toEqual(await spanOfFile(csv));
});

test("only what arrived within the range is given", async () => {
  const rows = [0, 1, 2, 3].map((second) => `d1,${start + second * 1000},${second}`);
  const read = await entries(file("csv", ["device,at,n", ...rows]), { from: start + 1000, to: start + 3000 });
  expect(read.map((entry) => "arrivedAt" in entry && entry.arrivedAt)).toEqual([start + 1000, start + 2000]);
});

test.each([
  ["no column for the device", "csv", ["name,at", "d1,1"], /^Row 1: no column is named "device"/],
  ["no column for the time", "csv", ["device,when", "d1,1"], /^Row 1: no column is named "at"/],
  ["a column twice", "csv", ["device,at,n,n", "d1,1,2,3"], /^Row 1: two columns are named "n"/],
  ["a cell too many", "csv", ["device,at,n", "d1,1,2,3"], /^Row 2: it has more cells than there are columns/],
  ["a row without its device", "csv", ["device,at,n", "d1,1,2", "", ",1,2"], /^Row 4: "device" is missing/],
  [
    "a time in words",
    "csv",
    ["device,at,n", "d1,26.11.2026 08:00,2"],
    /^Row 2: "at" must be ms since the epoch, or/,
  ],
  [
    "an unknown type",
    "csv",
    ["device,at,type", "d1,1,weather"],
    /^Row 2: "type" is "weather"; choose one of/,
  ],
  ["nothing but names", "csv", ["device,at,n"], /holds no messages; write the names of the columns/],
  ["a line that is not JSON", "ndjson", ["{}x"], /^Line 1: it is not JSON/],
  ["a line without values", "ndjson", ['{"device":"d1","at":1}'], /^Line 1: "values" is missing/],
  ["an empty file", "ndjson", [], /holds no messages; write one line of JSON/],
] as const)("%s is refused with its place", async (_, format, lines, sentence) => {
  await expect(spanOfFile(file(format, lines))).rejects.toThrow(sentence);
});
