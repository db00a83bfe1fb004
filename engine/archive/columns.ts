import type { DeviceContext } from "../model/device.ts";
import type { KeptEntry, Row } from "./kept.ts";

/** The columns of the archive's files, as SQL tools see them; docs/archive.md explains them. */
export const columns = [
  { name: "lane", type: "INT32" },
  { name: "sequence", type: "INT64" },
  { name: "arrived_at", type: "TIMESTAMP" },
  { name: "type", type: "STRING" },
  { name: "device", type: "STRING" },
  { name: "name", type: "STRING" },
  { name: "profile", type: "STRING" },
  { name: "payload", type: "STRING" },
  { name: "is_base64", type: "BOOLEAN" },
  { name: "upload_id", type: "STRING" },
  { name: "may_repeat", type: "BOOLEAN" },
  { name: "context", type: "STRING" },
  { name: "entry", type: "STRING" },
  { name: "set_aside", type: "STRING" },
] as const;
export type Column = (typeof columns)[number]["name"];

type Cell = string | number | bigint | boolean | Date;
export type Cells = Record<Column, Cell | undefined>;

/** `tells`: the row carries the whole context, since the file has not told it before. */
export function toCells(row: Row, tells: boolean): Cells {
  const { lane, sequence, at, entry, device, setAside } = row;
  const isUpload = entry.type === "upload";
  return {
    lane,
    sequence: BigInt(sequence),
    arrived_at: new Date(at),
    type: typeOf(entry),
    device: entry.device,
    name: device?.name,
    profile: device?.profile,
    payload: isUpload ? entry.payload : payloadOf(entry),
    is_base64: isUpload && entry.binary,
    upload_id: isUpload ? entry.id : "",
    may_repeat: isUpload && entry.checkId,
    context: tells && device ? JSON.stringify(device) : undefined,
    entry: restOf(entry),
    set_aside: setAside && JSON.stringify(setAside),
  };
}

function typeOf(entry: KeptEntry): string {
  if (entry.type === "upload") return entry.upload;
  return entry.type === "event" ? entry.event : entry.type;
}

function payloadOf(entry: Exclude<KeptEntry, { type: "upload" }>): string | undefined {
  switch (entry.type) {
    case "event":
      return JSON.stringify(entry.values);
    case "replay":
      return entry.payload;
    case "result":
      return JSON.stringify(entry.result);
    case "alarm-cleared":
      return undefined;
    default:
      return entry satisfies never;
  }
}

/** What has no column of its own; nothing for a usual upload. */
function restOf(entry: KeptEntry): string | undefined {
  if (entry.type === "upload") return entry.problem && JSON.stringify({ problem: entry.problem });
  const { context: _, ...rest } = entry as KeptEntry & { context?: DeviceContext };
  return JSON.stringify(rest);
}

/** The row again. Its entry carries the device's context where the file tells it there. */
export function fromCells(cells: Cells): Row {
  const context =
    cells.context === undefined ? undefined : (JSON.parse(cells.context as string) as DeviceContext);
  const at = (cells.arrived_at as Date).getTime();
  const row: Row = {
    lane: cells.lane as number,
    sequence: Number(cells.sequence),
    at,
    entry: entryOf(cells, at, context),
  };
  if (cells.set_aside !== undefined) row.setAside = JSON.parse(cells.set_aside as string);
  return row;
}

function entryOf(cells: Cells, at: number, context: DeviceContext | undefined): KeptEntry {
  const type = cells.type as string;
  const rest = cells.entry === undefined ? undefined : JSON.parse(cells.entry as string);
  if (type !== "telemetry" && type !== "attributes") return context ? { ...rest, context } : rest;
  const entry: KeptEntry = {
    type: "upload",
    device: cells.device as string,
    upload: type,
    arrivedAt: at,
    payload: cells.payload as string,
    binary: cells.is_base64 as boolean,
    id: cells.upload_id as string,
    checkId: cells.may_repeat as boolean,
  };
  if (context) entry.context = context;
  if (rest) entry.problem = rest.problem;
  return entry;
}
