import { mkdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { sleep } from "../pipeline/parts.ts";
import type { Row } from "./kept.ts";
import { ParquetFile } from "./parquet.ts";
import { dayOf, fileName, laneFolder } from "./places.ts";
import { readSpool } from "./spool-file.ts";

/** Rows in memory; the files then get row groups. */
const maxHeld = 8_000;
const dayMs = 86_400_000;

interface Part {
  file: ParquetFile;
  path: string;
  day: string;
  lane: number;
  from: number;
  to: number;
  first: number;
  last: number;
  held: Row[];
}

/**
 * Turns a spool file into Parquet files, one for each day and lane in it. Doing it again gives the same files under the
 * same names. Gives the number of rows. `rest`: after each piece of work it rests so many times as long as that took.
 */
export async function convert(spoolFile: string, archive: string, { rest = 0 } = {}): Promise<number> {
  const name = basename(spoolFile).replace(/\.(open|spool)$/, "");
  const parts = new Map<number, Part>();
  let held = 0;
  let begunAt = performance.now();
  let rows = 0;
  try {
    for await (const batch of readSpool(spoolFile)) {
      for (const row of batch) {
        const part = parts.get(placeOf(row)) ?? (await openPart(parts, row, { archive, name }));
        part.held.push(row);
        part.from = Math.min(part.from, row.at);
        part.to = Math.max(part.to, row.at);
        part.last = row.sequence;
      }
      held += batch.length;
      rows += batch.length;
      if (held >= maxHeld) {
        for (const part of parts.values()) flush(part);
        held = 0;
        await sleep(rest * (performance.now() - begunAt));
        begunAt = performance.now();
      }
    }
    for (const part of parts.values()) {
      flush(part);
      part.file.close();
    }
    for (const { path, day, lane, from, to, first, last } of parts.values())
      await moveTo(path, laneFolder(archive, day, lane), fileName({ from, to, first, last, name }));
    return rows;
  } finally {
    for (const { path } of parts.values()) await rm(path, { force: true });
  }
}

/** By day and lane. */
const placeOf = ({ at, lane }: Row) => Math.floor(at / dayMs) * 1000 + lane;

async function openPart(
  parts: Map<number, Part>,
  row: Row,
  { archive, name }: { archive: string; name: string },
): Promise<Part> {
  const day = dayOf(row.at);
  await mkdir(archive, { recursive: true });
  const path = join(archive, `${name}-${day}-${row.lane}.writing`);
  const { at, lane, sequence } = row;
  const span = { from: at, to: at, first: sequence, last: sequence };
  const part = { file: new ParquetFile(path), path, day, lane, ...span, held: [] };
  parts.set(placeOf(row), part);
  return part;
}

/** Whoever takes the last file out of a folder takes the folder, maybe in between: then it is made again. */
async function moveTo(path: string, folder: string, name: string) {
  for (let tries = 20; ; tries--) {
    try {
      await mkdir(folder, { recursive: true });
      return await rename(path, join(folder, name));
    } catch (error) {
      if (tries === 1 || (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

function flush(part: Part) {
  if (part.held.length === 0) return;
  part.file.write(part.held);
  part.held = [];
}
