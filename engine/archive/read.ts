import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeviceContext } from "../model/device.ts";
import { ahead } from "./ahead.ts";
import { convert } from "./convert.ts";
import { type ArchivePlace, openFiles, type ReadableFiles } from "./files.ts";
import { folderFiles } from "./folder-files.ts";
import { unlessGone } from "./gone.ts";
import type { Row } from "./kept.ts";
import { readParquet } from "./parquet.ts";
import { type ArchiveFile, dayOf, listFiles, listSpools } from "./places.ts";

export interface Range {
  /** ms, included. */
  from: number;
  /** ms, excluded. */
  to: number;
}

/** Rows that came within one second, lane by lane, each in the order of its sequence. */
export interface Second {
  /** Whole seconds since the epoch; a lane's clock never goes back. */
  second: number;
  rows: Row[];
}

/** A file, and where it lies. */
interface Found extends ArchiveFile {
  stored: ReadableFiles;
}

/** Seconds are given along in groups of about so many rows. */
const groupRows = 4000;
/** File systems tell times coarsely. */
const slackMs = 2000;

/**
 * Reads the archive in order: by second, within it by lane, within that by sequence; each row once, however often it was
 * written. What is still in the spool is read as well. Throws nothing for files that the retention removes meanwhile;
 * MillraceError `unavailable` where there is a bucket that does not answer.
 */
export async function* readArchive(place: ArchivePlace, range: Range): AsyncIterable<Second[]> {
  const fresh = await mkdtemp(join(tmpdir(), "millrace-archive-"));
  try {
    // Before the files are listed: what leaves the spool meanwhile is among them.
    // What came was committed, thus written, later.
    const spools = place.folder === undefined ? [] : await listSpools(place.folder);
    for (const spool of spools)
      if (((await unlessGone(stat(spool)))?.mtimeMs ?? 0) + slackMs >= range.from)
        await unlessGone(convert(spool, fresh));
    const found: Found[] = [];
    for (const stored of [await openFiles(place), folderFiles(fresh)])
      found.push(...(await listFiles(stored, range)).map((file) => ({ ...file, stored })));
    const files = onceEach(found);
    const lanes = [...new Set(files.map(({ lane }) => lane))].sort((a, b) => a - b);
    yield* merge(
      lanes.map((lane) =>
        laneRows(
          files.filter((file) => file.lane === lane),
          range,
        ),
      ),
    );
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Of files of the same lane, day and spool file the first: the other is a part of it, or the same. */
function onceEach(files: Found[]): Found[] {
  const found = new Map<string, Found>();
  for (const file of files) {
    const key = `${file.lane} ${dayOf(file.from)} ${file.name}`;
    if (!found.has(key)) found.set(key, file);
  }
  return [...found.values()].sort((a, b) => a.first - b.first);
}

/** Puts lanes, each in its order, into the order of their clocks. */
export async function* merge(lanes: AsyncIterable<Row[]>[]): AsyncIterable<Second[]> {
  const clocks = lanes.map((rows) => new LaneClock(rows));
  for (const clock of clocks) await clock.ready();
  let group: Second[] = [];
  let held = 0;
  for (;;) {
    const second = Math.min(...clocks.map(({ second }) => second));
    if (second === Number.POSITIVE_INFINITY) break;
    const rows: Row[] = [];
    for (const clock of clocks)
      while (clock.second === second) {
        rows.push(clock.take());
        if (clock.isEmpty) await clock.ready();
      }
    group.push({ second, rows });
    held += rows.length;
    if (held < groupRows) continue;
    yield group;
    group = [];
    held = 0;
  }
  if (group.length > 0) yield group;
}

/** Looks at the next row of a lane, and says by the lane's clock when it is due. */
class LaneClock {
  second = Number.NEGATIVE_INFINITY;
  readonly #source: AsyncIterator<Row[]>;
  #rows: Row[] = [];
  #next = 0;

  constructor(rows: AsyncIterable<Row[]>) {
    this.#source = rows[Symbol.asyncIterator]();
  }

  get isEmpty() {
    return this.#next >= this.#rows.length;
  }

  async ready() {
    while (this.isEmpty) {
      const { done, value } = await this.#source.next();
      if (done) {
        this.second = Number.POSITIVE_INFINITY;
        return;
      }
      this.#rows = value;
      this.#next = 0;
    }
    this.#look();
  }

  take(): Row {
    const row = this.#rows[this.#next++]!;
    if (!this.isEmpty) this.#look();
    return row;
  }

  #look() {
    this.second = Math.max(this.second, Math.floor(this.#rows[this.#next]!.at / 1000));
  }
}

/** The rows of one lane's files by sequence, each once. Files overlap where the lane moved between threads. */
async function* laneRows(files: Found[], range: Range): AsyncIterable<Row[]> {
  const known = new Map<string, DeviceContext>();
  const open: Cursor[] = [];
  let waiting = 0;
  let last = -1;
  const next = () => files[waiting]?.first ?? Number.POSITIVE_INFINITY;
  while (open.length > 0 || waiting < files.length) {
    // A file is opened when its turn comes: each holds a row group in memory.
    while (open.length === 0 ? waiting < files.length : next() <= open[0]!.sequence) {
      const cursor = new Cursor(files[waiting++]!);
      if (await cursor.advance()) open.push(cursor);
      open.sort((a, b) => a.sequence - b.sequence);
    }
    const [first, second] = open;
    if (!first) continue;
    const rows = [];
    for (const row of first.takeBefore(Math.min(second?.sequence ?? Number.POSITIVE_INFINITY, next()))) {
      if (row.sequence <= last) continue;
      last = row.sequence;
      if (isWithin(row, range, known)) rows.push(row);
    }
    if (rows.length > 0) yield rows;
    if (first.isEmpty && !(await first.advance())) open.shift();
    open.sort((a, b) => a.sequence - b.sequence);
  }
}

/** Whether the row counts; `known`: what rows before the range told of devices, for the first row that counts. */
function isWithin({ at, entry }: Row, { from, to }: Range, known: Map<string, DeviceContext>): boolean {
  if (entry.type === "alarm-cleared") return at >= from && at < to;
  if (at < from) {
    if (entry.context) known.set(entry.device, entry.context);
    return false;
  }
  const context = known.get(entry.device);
  if (context) {
    entry.context ??= context;
    known.delete(entry.device);
  }
  return at < to;
}

/** One file, a row group at a time. */
class Cursor {
  readonly #source: AsyncIterator<Row[]>;
  #rows: Row[] = [];

  constructor({ stored, path, bytes }: Found) {
    this.#source = readParquet(ahead(stored, path, bytes))[Symbol.asyncIterator]();
  }

  get isEmpty() {
    return this.#rows.length === 0;
  }

  get sequence() {
    return this.#rows[0]?.sequence ?? Number.POSITIVE_INFINITY;
  }

  /** False at the end of the file. */
  async advance(): Promise<boolean> {
    const next = await unlessGone(this.#source.next());
    this.#rows = next && !next.done ? next.value : [];
    return !this.isEmpty;
  }

  /** Those before a sequence, at least one. */
  takeBefore(sequence: number): Row[] {
    if (this.#rows.at(-1)!.sequence < sequence) {
      const rows = this.#rows;
      this.#rows = [];
      return rows;
    }
    let count = 1;
    while (count < this.#rows.length && this.#rows[count]!.sequence < sequence) count++;
    return this.#rows.splice(0, count);
  }
}
