import type { DeadLetter } from "../../../engine/model/dead-letter.ts";
import type { Value, Values } from "../../../engine/model/value.ts";
import { newRow, type ParamRow, paramsOf } from "../alarms/params.ts";

/** A payload as a form holds it. */
export interface PayloadForm {
  /** The reading's time as typed; undefined where it has none to be changed. */
  at: string | undefined;
  rows: ParamRow[];
}

export interface Bytes {
  length: number;
  /** Undefined where the bytes are no UTF-8. */
  text: string | undefined;
  /** The first of them as hexadecimal numbers. */
  hex: string;
}

const shownBytes = 256;

/** The bytes of a dead letter as they came. */
export function bytesOf({ raw = "" }: Pick<DeadLetter, "raw">): Bytes {
  const bytes = Uint8Array.from(atob(raw), (character) => character.charCodeAt(0));
  const hex = [...bytes.subarray(0, shownBytes)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { length: bytes.length, text, hex };
  } catch {
    return { length: bytes.length, text: undefined, hex };
  }
}

const isObject = (json: unknown): json is Values =>
  typeof json === "object" && json !== null && !Array.isArray(json);
const isPlain = (value: Value) => typeof value !== "object";

/** A form for one reading, or one set of attributes, of plain values; undefined for anything else. */
export function formOf(text: string, type: DeadLetter["type"]): PayloadForm | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(json)) return undefined;
  const stamped = type === "telemetry" && isObject(json.values) && "ts" in json;
  const values = stamped ? (json.values as Values) : json;
  if (!Object.values(values).every(isPlain)) return undefined;
  const rows = Object.entries(values).map(([name, value]) => newRow(name, value));
  return { at: type === "telemetry" ? (stamped ? timeText(json.ts) : "") : undefined, rows };
}

function timeText(ts: Value | undefined): string {
  const isTime = typeof ts === "number" && Math.abs(ts) <= 8.64e15;
  return isTime ? new Date(ts).toISOString() : String(ts ?? "");
}

/** Milliseconds of a time as typed, undefined for an empty one; NaN where it is no time. */
export function timeOf(text: string): number | undefined {
  const plain = text.trim();
  if (plain === "") return undefined;
  return /^\d+$/.test(plain) ? Number(plain) : Date.parse(plain);
}

/** The JSON text of a form. */
export function textOf({ at, rows }: PayloadForm): string {
  const values = paramsOf(rows);
  const ts = at === undefined ? undefined : timeOf(at);
  return JSON.stringify(ts === undefined ? values : { ts, values });
}
