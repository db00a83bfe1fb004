import { folderFiles } from "./folder-files.ts";
import { unlessGone } from "./gone.ts";
import type { S3Place } from "./s3-place.ts";

/** A file of the archive. */
export interface StoredFile {
  /** Its way from the top, such as `day=2026-11-26/lane=3/1-2-3-4-a.parquet`. */
  name: string;
  bytes: number;
}

/** Top folders, the first and the last one included. */
export interface Folders {
  from: string;
  to: string;
}

/** Where files of the archive lie. Reading one that is not there fails with the code `ENOENT`, as the retention may remove any. */
export interface ArchiveFiles {
  list(folders: Folders): AsyncIterable<StoredFile>;
  /** Its bytes from `begin` to before `end`. */
  read(name: string, begin: number, end: number): Promise<ArrayBuffer>;
  /** The whole file or nothing, over one of the same name. */
  put(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** One that is not there is fine. */
  delete(name: string): Promise<void>;
}

export type ReadableFiles = Pick<ArchiveFiles, "list" | "read">;

/** Where an archive is: files move from the folder, which has the spool too, to the bucket. */
export interface ArchivePlace {
  folder?: string | undefined;
  bucket?: S3Place | undefined;
}

/** What the archive holds, in its folder and its bucket as one. */
export async function openFiles({ folder, bucket }: ArchivePlace): Promise<ReadableFiles> {
  const places: ReadableFiles[] = [];
  if (folder !== undefined) places.push(folderFiles(folder));
  if (bucket) places.push(await openBucket(bucket));
  return places.reduce(joined);
}

/** Loads what speaks to buckets only where there is one. */
export async function openBucket(place: S3Place, signal?: AbortSignal): Promise<ArchiveFiles> {
  const { S3Files } = await import("./s3-files.ts");
  return new S3Files(place, signal);
}

/** Two places as one: a file that leaves the first meanwhile is in the second. */
export function joined(first: ReadableFiles, second: ReadableFiles): ReadableFiles {
  return {
    async *list(folders) {
      const seen = new Set<string>();
      for await (const file of first.list(folders)) {
        seen.add(file.name);
        yield file;
      }
      for await (const file of second.list(folders)) if (!seen.has(file.name)) yield file;
    },
    async read(name, begin, end) {
      return (await unlessGone(first.read(name, begin, end))) ?? (await second.read(name, begin, end));
    },
  };
}
