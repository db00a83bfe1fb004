import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ArchiveFiles, Folders } from "../../engine/archive/files.ts";
import { joined } from "../../engine/archive/files.ts";
import { folderFiles } from "../../engine/archive/folder-files.ts";
import { unlessGone } from "../../engine/archive/gone.ts";
import { S3Files } from "../../engine/archive/s3-files.ts";
import { startS3 } from "../support/s3.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

interface Adapter {
  name: string;
  open(): Promise<{ files: ArchiveFiles; close(): unknown }>;
}

const adapters: Adapter[] = [
  {
    name: "a folder",
    async open() {
      const folder = tempFolder("files");
      return { files: folderFiles(folder), close: () => removeFolder(folder) };
    },
  },
  {
    name: "a bucket",
    async open() {
      const server = await startS3();
      // What begins alike is another place.
      await new S3Files({ ...server.place, prefix: "plant/one-other/" }).put("day=1/a", bytes("other"));
      return { files: new S3Files(server.place), close: () => server.stop() };
    },
  },
];

const bytes = (text: string) => Buffer.from(text);
const everything: Folders = { from: "", to: "~" };

async function namesIn(files: Pick<ArchiveFiles, "list">, folders = everything) {
  const names: string[] = [];
  for await (const { name } of files.list(folders)) names.push(name);
  return names.sort();
}

describe.each(adapters)("$name", ({ open }) => {
  let files: ArchiveFiles;
  let close: () => unknown;
  beforeAll(async () => {
    ({ files, close } = await open());
  });
  afterAll(() => close());

  const read = async (name: string, begin: number, end: number) =>
    Buffer.from(await files.read(name, begin, end)).toString();

  test("what was put is listed with its size, and any range of it is read", async () => {
    await files.put("day=2026-11-26/lane=3/1-2-3-4-a.parquet", bytes("0123456789"));
    const all = [];
    for await (const file of files.list(everything)) all.push(file);
    expect(all).toEqual([{ name: "day=2026-11-26/lane=3/1-2-3-4-a.parquet", bytes: 10 }]);
    expect(await read(all[0]!.name, 0, 10)).toBe("0123456789");
    expect(await read(all[0]!.name, 3, 6)).toBe("345");
    expect(await read(all[0]!.name, 9, 10)).toBe("9");
    await files.delete(all[0]!.name);
  });

  test("what is put again takes the place of what was there", async () => {
    await files.put("day=1/lane=0/a", bytes("first"));
    await files.put("day=1/lane=0/a", bytes("second one"));
    expect(await namesIn(files)).toEqual(["day=1/lane=0/a"]);
    expect(await read("day=1/lane=0/a", 0, 10)).toBe("second one");
    await files.delete("day=1/lane=0/a");
  });

  test("the first and the last folder of a list are in it, those around are not", async () => {
    const names = ["day=1", "day=2", "day=3", "day=4"].map((day) => `${day}/lane=0/a`);
    for (const name of names) await files.put(name, bytes("x"));
    expect(await namesIn(files, { from: "day=2", to: "day=3" })).toEqual(names.slice(1, 3));
    for (const name of names) await files.delete(name);
    expect(await namesIn(files)).toEqual([]);
  });

  test("what is not there is not read, and may be deleted", async () => {
    await expect(files.read("day=1/lane=0/none", 0, 1)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await unlessGone(files.read("day=1/lane=0/none", 0, 1))).toBeUndefined();
    await files.delete("day=1/lane=0/none");
  });

  test("a range beyond the end is refused rather than cut", async () => {
    await files.put("day=1/lane=0/a", bytes("short"));
    await expect(files.read("day=1/lane=0/a", 2, 9)).rejects.toThrow("ends before byte 9");
    await files.delete("day=1/lane=0/a");
  });

  test("bytes come back as they were, several megabytes of them", async () => {
    const large = Buffer.alloc(3 << 20, "ä✓\0");
    await files.put("day=1/lane=0/large", large);
    expect(large.equals(Buffer.from(await files.read("day=1/lane=0/large", 0, large.length)))).toBe(true);
    await files.delete("day=1/lane=0/large");
  });

  test("more names than a page of S3 has are listed", async () => {
    const names = Array.from({ length: 1005 }, (_, i) => `day=${1 + (i % 3)}/lane=0/${1000 + i}`);
    for (let at = 0; at < names.length; at += 50)
      await Promise.all(names.slice(at, at + 50).map((name) => files.put(name, bytes("x"))));
    expect(await namesIn(files)).toEqual(names.sort());
  });
});

test("two places are one: each file is listed once, and found where it is", async () => {
  const folders = [tempFolder("first"), tempFolder("second")];
  const [first, second] = folders.map(folderFiles) as [ArchiveFiles, ArchiveFiles];
  await first.put("day=1/lane=0/a", bytes("a"));
  await second.put("day=1/lane=0/a", bytes("a"));
  await second.put("day=2/lane=0/b", bytes("b"));
  const both = joined(first, second);
  expect(await namesIn(both)).toEqual(["day=1/lane=0/a", "day=2/lane=0/b"]);
  await first.delete("day=1/lane=0/a");
  expect(Buffer.from(await both.read("day=1/lane=0/a", 0, 1)).toString()).toBe("a");
  await expect(both.read("day=1/lane=0/none", 0, 1)).rejects.toMatchObject({ code: "ENOENT" });
  folders.forEach(removeFolder);
});
