import type { Value, Values } from "../model/value.ts";

export interface Reading {
  ts: number;
  values: Values;
}
/** Why a payload became no reading: a stable code and a sentence that says how to mend it. */
export interface Unreadable {
  code: string;
  message: string;
}
export interface ReadingBounds {
  arrivedAt: number;
  /** A timestamp further ahead of the arrival than this is refused. */
  maxAheadMs: number;
}

const shapes = '{"speed":41}, {"ts":1700000000000,"values":{"speed":41}} or an array of either';
const maxReadings = 10_000;
const maxDepth = 64;

/** Reads a telemetry payload: an object of values, `{ts, values}`, or an array of either. */
export function readTelemetry(text: string, bounds: ReadingBounds): Reading[] | Unreadable {
  const parsed = parse(text);
  if ("code" in parsed) return parsed;
  if (!Array.isArray(parsed.json)) {
    const reading = readOne(parsed.json, bounds);
    return "ts" in reading ? [reading] : reading;
  }
  if (parsed.json.length > maxReadings)
    return {
      code: "too_many_readings",
      message: `An array of at most ${maxReadings} readings is taken; split it.`,
    };
  const readings: Reading[] = [];
  for (const [index, item] of parsed.json.entries()) {
    const reading = readOne(item, bounds);
    if (!("ts" in reading)) return { code: reading.code, message: `Reading ${index}: ${reading.message}` };
    readings.push(reading);
  }
  return readings;
}

/** Reads an attributes payload: one object of values. */
export function readAttributes(text: string): { values: Values } | Unreadable {
  const parsed = parse(text);
  if ("code" in parsed) return parsed;
  if (!isObject(parsed.json))
    return { code: "invalid_attributes", message: 'Attributes are an object such as {"firmware":"1.2"}.' };
  return checkValues(parsed.json) ?? { values: parsed.json };
}

function parse(text: string): { json: Value } | Unreadable {
  let json: Value;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return {
      code: "invalid_json",
      message: `The payload is not JSON (${(error as Error).message}). Send ${shapes}.`,
    };
  }
  // JSON.parse takes any depth, JSON.stringify does not: such a message could never be committed.
  if (text.length > 2 * maxDepth && isTooDeep(json))
    return {
      code: "too_deep",
      message: `The payload is nested deeper than ${maxDepth} levels; make it flatter.`,
    };
  return { json };
}

/** Whether JSON is nested deeper than 64 levels, or than `levels`. */
export function isTooDeep(json: Value, levels: number = maxDepth): boolean {
  if (typeof json !== "object" || json === null) return false;
  if (levels === 0) return true;
  for (const name in json) if (isTooDeep((json as Values)[name]!, levels - 1)) return true;
  return false;
}

function readOne(json: Value, { arrivedAt, maxAheadMs }: ReadingBounds): Reading | Unreadable {
  if (!isObject(json))
    return { code: "invalid_telemetry", message: `A reading is an object; send ${shapes}.` };
  const stamped = isObject(json.values) && "ts" in json;
  if (!stamped) return checkValues(json) ?? { ts: arrivedAt, values: json };
  const { ts, values } = json as { ts: Value; values: Values };
  if (typeof ts !== "number" || !Number.isInteger(ts) || ts < 0)
    return {
      code: "invalid_timestamp",
      message: `"ts" is ${JSON.stringify(ts)?.slice(0, 40)}; give whole milliseconds since 1970 as a number.`,
    };
  if (ts > arrivedAt + maxAheadMs)
    return {
      code: "timestamp_in_future",
      message: `"ts" ${ts} lies ${Math.round((ts - arrivedAt) / 1000)} s ahead of the server; set the device's clock.`,
    };
  return checkValues(values) ?? { ts, values };
}

function checkValues(values: Values): Unreadable | undefined {
  for (const name in values) {
    if (name === "__proto__" || name === "constructor" || name === "prototype")
      return { code: "forbidden_name", message: `A field must not be called "${name}"; rename it.` };
    if (name.length === 0 || name.length > 256)
      return { code: "invalid_name", message: "Names of fields have 1 to 256 characters." };
  }
  return undefined;
}

function isObject(json: Value | undefined): json is Values {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
