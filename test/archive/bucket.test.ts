import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openBucket, type ReadableFiles } from "../../engine/archive/files.ts";
import { folderFiles } from "../../engine/archive/folder-files.ts";
import { Keeper } from "../../engine/archive/keeper.ts";
import { always, listFiles } from "../../engine/archive/places.ts";
import { readArchive } from "../../engine/archive/read.ts";
import { addressOf, type S3Place } from "../../engine/archive/s3-place.ts";
import { spanOf } from "../../engine/archive/span.ts";
import { type UploadParts, Uploads } from "../../engine/archive/uploads.ts";
import { writeArchive } from "../support/archive.ts";
import { freeTcpPort } from "../support/free-port.ts";
import { startS3 } from "../support/s3.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const dayMs = 86_400_000;
const minuteMs = 60_000;
const begin = Date.now() - 3_600_000;

let server: Awaited<ReturnType<typeof startS3>>;
let folder = "";
let place: S3Place;
let tests = 0;
const counted = { uploaded: 0, failed: 0 };
let waiting = -1;
const said: unknown[][] = [];
beforeAll(async () => {
  server = await startS3();
});
afterAll(() => server.stop());
beforeEach(() => {
  folder = tempFolder("bucket");
  place = { ...server.place, prefix: `test-${++tests}/` };
  Object.assign(counted, { uploaded: 0, failed: 0 });
  waiting = -1;
  said.length = 0;
});
afterEach(() => removeFolder(folder));

const partsOf = (bucket: S3Place): UploadParts => ({
  address: addressOf(bucket),
  open: (signal) => openBucket(bucket, signal),
  uploaded: (result) => {
    counted[result]++;
  },
  waiting: (files) => {
    waiting = files;
  },
  log: (...entry) => said.push(entry),
  firstPauseMs: 50,
});

/** Ten readings of three devices in Parquet files, as the conversion leaves them. */
const fill = () =>
  writeArchive(
    folder,
    Array.from({ length: 30 }, (_, n) => ({
      device: `d${n % 3}`,
      at: begin + n * minuteMs,
      values: { n },
    })),
  );

async function numbersIn(...[where, range = always]: [Parameters<typeof readArchive>[0], typeof always?]) {
  const numbers: number[] = [];
  for await (const group of readArchive(where, range))
    for (const { rows } of group)
      for (const { entry } of rows)
        if (entry.type === "upload") numbers.push(JSON.parse(entry.payload).values.n);
  return numbers;
}
const pathsIn = async (files: Pick<ReadableFiles, "list">) =>
  (await listFiles(files, always)).map(({ path }) => path).sort();
const all = Array.from({ length: 30 }, (_, n) => n);

test("complete files move to the bucket, and are read from there as they were from the folder", async () => {
  await fill();
  const before = await pathsIn(folderFiles(folder));
  const rows = await numbersIn({ folder });
  const span = await spanOf({ folder });
  await new Uploads(partsOf(place), new AbortController().signal).move(folderFiles(folder));
  expect(before.length).toBeGreaterThan(1);
  expect(await pathsIn(await openBucket(place))).toEqual(before);
  expect(await pathsIn(folderFiles(folder))).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.startsWith("day="))).toEqual([]);
  expect([counted, waiting]).toEqual([{ uploaded: before.length, failed: 0 }, 0]);

  expect(rows).toEqual(all);
  expect(await numbersIn({ bucket: place })).toEqual(rows);
  expect(await numbersIn({ folder, bucket: place })).toEqual(rows);
  const range = { from: begin + 10 * minuteMs, to: begin + 20 * minuteMs };
  expect(await numbersIn({ bucket: place }, range)).toEqual(all.slice(10, 20));
  expect(await spanOf({ bucket: place })).toEqual({ from: span.from, to: begin + 29 * minuteMs });
});

test("a bucket that is away is said once; files wait in the folder, are read there, and move when it is back", async () => {
  await fill();
  const port = await freeTcpPort();
  const away = { ...place, endpoint: `http://127.0.0.1:${port}`, prefix: "plant/" };
  const uploads = new Uploads(partsOf(away), new AbortController().signal);
  const files = folderFiles(folder);
  const before = await pathsIn(files);
  const trying = async () => {
    await uploads.move(files);
    return counted.failed;
  };
  await expect.poll(trying).toBeGreaterThan(1);
  expect(said).toEqual([
    [
      "warn",
      "the archive's bucket cannot be used; files wait for it in the folder",
      { bucket: "s3://archive/plant", error: expect.stringMatching(/127.0.0.1:\d+ does not answer \(ECONN/) },
    ],
  ]);
  expect(await pathsIn(files)).toEqual(before);
  expect(waiting).toBe(before.length);
  await expect(numbersIn({ folder, bucket: away })).rejects.toMatchObject({ code: "unavailable" });
  expect(await numbersIn({ folder })).toEqual(all);

  const back = await startS3({ port });
  await expect.poll(async () => (await trying()) && waiting).toBe(0);
  expect(counted.uploaded).toBe(before.length);
  expect(said.slice(1)).toEqual([
    ["info", "the archive's bucket answers again", { bucket: "s3://archive/plant" }],
  ]);
  expect(await numbersIn({ folder, bucket: away })).toEqual(all);
  await back.stop();
});

test.each([
  ["a wrong secret", { secretAccessKey: "hush-hush" }, "SignatureDoesNotMatch. Mend AWS_ACCESS_KEY_ID"],
  ["an unknown key", { accessKeyId: "NOBODY" }, "InvalidAccessKeyId. Mend AWS_ACCESS_KEY_ID"],
  ["a bucket that is not there", { bucket: "none" }, "NoSuchBucket. Make the bucket"],
])("%s: what to mend is said, no secret is", async (_, wrong, mend) => {
  const bucket = await openBucket({ ...place, ...wrong });
  const failed = async (work: Promise<unknown>) => {
    await expect(work).rejects.toThrow(mend);
    await expect(work).rejects.not.toThrow("hush-hush");
  };
  await failed(bucket.put("day=1/lane=0/a", Buffer.from("x")));
  await failed(bucket.read("day=1/lane=0/a", 0, 1));
  await failed(bucket.delete("day=1/lane=0/a"));
  await failed(listFiles(bucket, always));
});

test("the retention holds in the bucket: what is too old goes, then the oldest until the rest is small enough", async () => {
  const bucket = await openBucket(place);
  const now = Date.now();
  const put = async (files: Pick<typeof bucket, "put">, daysAgo: number) => {
    const to = now - daysAgo * dayMs;
    const day = new Date(to).toISOString().slice(0, 10);
    await files.put(`day=${day}/lane=0/${to - 5}-${to}-1-9-a.parquet`, Buffer.alloc(400));
  };
  for (const daysAgo of [40, 5, 4]) await put(bucket, daysAgo);
  await bucket.put("day=2000-01-01/someone-elses", Buffer.from("x"));
  await put(folderFiles(folder), 1);
  let bytes = -1;
  const keeper = new Keeper({
    archive: folder,
    spool: join(folder, "spool", "mine"),
    days: 30,
    maxBytes: 900,
    convert: async () => {},
    size: (sum) => {
      bytes = sum;
    },
    bucket: partsOf(place),
    log: (...entry) => said.push(entry),
  });
  await expect.poll(() => bytes).toBe(800);
  await expect.poll(() => counted.uploaded).toBe(1);
  await keeper.close();
  expect((await pathsIn(bucket)).map((path) => path.slice("day=".length, "day=2026-11-26".length))).toEqual(
    [4, 1].map((daysAgo) => new Date(now - daysAgo * dayMs).toISOString().slice(0, 10)),
  );
  expect((await bucket.read("day=2000-01-01/someone-elses", 0, 1)).byteLength).toBe(1);
  expect(existsSync(join(folder, "spool", "mine"))).toBe(true);
  expect(said).toEqual([]);
});
