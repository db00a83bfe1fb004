import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Keeper } from "../../engine/archive/keeper.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

let archive = "";
let keeper: Keeper | undefined;
let bytes = -1;
const converted: string[] = [];
const said: string[] = [];
const dayMs = 86_400_000;
const now = Date.now();

beforeEach(() => {
  archive = tempFolder("keeper");
  converted.length = 0;
  said.length = 0;
  bytes = -1;
});
afterEach(async () => {
  await keeper?.close();
  removeFolder(archive);
});

function keep({ days = 30, maxBytes = 1000, convert = async (_file: string) => {} } = {}) {
  keeper = new Keeper({
    archive,
    spool: join(archive, "spool", "mine"),
    days,
    maxBytes,
    async convert(file) {
      await convert(file);
      converted.push(file);
    },
    size: (sum) => {
      bytes = sum;
    },
    log: (_level, message) => said.push(message),
  });
}

function put(folder: string, name: string, size = 100) {
  mkdirSync(join(archive, folder), { recursive: true });
  writeFileSync(join(archive, folder, name), "x".repeat(size));
}

/** A file of the archive whose last message came so many days ago. */
function parquet(daysAgo: number, size = 100) {
  const to = now - daysAgo * dayMs;
  put(`day=${new Date(to).toISOString().slice(0, 10)}/lane=0`, `${to - 5}-${to}-1-9-a.parquet`, size);
}
const days = () => readdirSync(archive).filter((name) => name.startsWith("day="));

test("files that are full are converted once and removed; one that is being written stays", async () => {
  put("spool/mine", "1-a-0.spool");
  put("spool/mine", "2-a-1.open");
  keep();
  await expect.poll(() => bytes).toBe(0);
  expect(converted).toEqual([join(archive, "spool/mine/1-a-0.spool")]);
  expect(readdirSync(join(archive, "spool/mine"))).toEqual(["2-a-1.open"]);
});

test("files of a process that is dead are adopted; those of one that lives are left alone", async () => {
  put("spool/dead", "1-d-0.open");
  const long = new Date(now - 120_000);
  utimesSync(join(archive, "spool/dead"), long, long);
  put("spool/alive", "1-l-0.open");
  keep();
  await expect.poll(() => bytes).toBe(0);
  expect(converted).toEqual([join(archive, "spool/mine/1-d-0.spool")]);
  expect(existsSync(join(archive, "spool/dead"))).toBe(false);
  expect(readdirSync(join(archive, "spool/alive"))).toEqual(["1-l-0.open"]);
});

test("what is too old goes, and then the oldest until the rest is small enough", async () => {
  for (const daysAgo of [40, 5, 4, 1]) parquet(daysAgo, 400);
  keep({ maxBytes: 900 });
  await expect.poll(() => bytes).toBe(800);
  expect(days()).toHaveLength(2);
});

test("a file that cannot be converted is said once and kept; the others are converted", async () => {
  put("spool/mine", "1-a-0.spool");
  put("spool/mine", "2-a-1.spool");
  keep({
    convert: async (file) => {
      if (file.includes("1-a-0")) throw new Error("no space left");
    },
  });
  await expect.poll(() => bytes).toBe(100);
  expect(said).toEqual(["a spool file of the archive cannot be converted yet"]);
  expect(converted).toEqual([join(archive, "spool/mine/2-a-1.spool")]);
  expect(readdirSync(join(archive, "spool/mine"))).toEqual(["1-a-0.spool"]);
});
