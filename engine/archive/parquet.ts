import { type AsyncBuffer, parquetMetadataAsync, parquetRead, type RowGroup } from "hyparquet";
import { fileWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import type { DeviceContext } from "../model/device.ts";
import { type Cells, type Column, columns, fromCells, toCells } from "./columns.ts";
import type { Row } from "./kept.ts";

const required = new Set<Column>(["lane", "sequence", "arrived_at", "type", "device"]);
/** Each row has another one: neither a dictionary nor bounds would be of use. */
const texts = new Set<Column>(["payload", "upload_id", "context", "entry"]);
const plainText = { encoding: "PLAIN", statistics: false } as const;
const schema = schemaFromColumnData({
  columnData: columns.map(({ name, type }) => ({ name, type, data: [], nullable: !required.has(name) })),
});

/** Writes rows to a new Parquet file, a row group a call; the first row of a device in it tells the device's context. */
export class ParquetFile {
  rows = 0;
  readonly #writer: ParquetWriter;
  /** By device: what was told last; another one is newer. */
  readonly #told = new Map<string, DeviceContext>();

  constructor(path: string) {
    this.#writer = new ParquetWriter({ writer: fileWriter(path), schema, createdBy: "millrace" });
  }

  write(rows: readonly Row[]) {
    const all = rows.map((row) => toCells(row, this.#tells(row)));
    const columnData = columns.map(({ name }) => ({
      name,
      data: all.map((cells) => cells[name]),
      ...(texts.has(name) && plainText),
    }));
    this.#writer.write({ columnData, rowGroupSize: rows.length });
    this.rows += rows.length;
  }

  close() {
    this.#writer.finish();
  }

  #tells({ device }: Row): boolean {
    if (!device || this.#told.get(device.id) === device) return false;
    this.#told.set(device.id, device);
    return true;
  }
}

/** The rows of a file in its order, a row group at a time. */
export async function* readParquet(file: AsyncBuffer): AsyncIterable<Row[]> {
  const metadata = await parquetMetadataAsync(file);
  let begin = 0;
  for (const group of metadata.row_groups) {
    const count = Number(group.num_rows);
    const cells = new Map<string, ArrayLike<unknown>[]>();
    await parquetRead({
      file: await inMemory(file, group),
      metadata,
      rowStart: begin,
      rowEnd: begin + count,
      onChunk({ columnName, columnData }) {
        const chunks = cells.get(columnName);
        if (chunks) chunks.push(columnData);
        else cells.set(columnName, [columnData]);
      },
    });
    begin += count;
    yield rowsOf(cells, count);
  }
}

/** A row group, read at once: each of its columns would be a read of its own. */
async function inMemory(file: AsyncBuffer, { columns }: RowGroup): Promise<AsyncBuffer> {
  const chunks = columns.map(({ meta_data: chunk }) => {
    const start = Number(chunk!.dictionary_page_offset ?? chunk!.data_page_offset);
    return { start, end: start + Number(chunk!.total_compressed_size) };
  });
  const first = Math.min(...chunks.map(({ start }) => start));
  const bytes = await file.slice(first, Math.max(...chunks.map(({ end }) => end)));
  return {
    byteLength: file.byteLength,
    slice: (start, end = file.byteLength) => bytes.slice(start - first, end - first),
  };
}

function rowsOf(cells: Map<string, ArrayLike<unknown>[]>, count: number): Row[] {
  const whole = columns.map(({ name }) => {
    const chunks = cells.get(name) ?? [];
    return { name, data: chunks.length === 1 ? chunks[0]! : chunks.flatMap((chunk) => Array.from(chunk)) };
  });
  const rows: Row[] = [];
  for (let i = 0; i < count; i++) {
    const one = {} as Cells;
    for (const { name, data } of whole) one[name] = (data[i] ?? undefined) as Cells[Column];
    rows.push(fromCells(one));
  }
  return rows;
}
