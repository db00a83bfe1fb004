import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import * as z from "zod";
import type { DeviceContext } from "../model/device.ts";
import { MillraceError } from "../model/errors.ts";
import { laneOf } from "../model/lane.ts";
import { eventTypes, messageTypes } from "../model/message.ts";
import { type Values, valuesSchema } from "../model/value.ts";
import type { KeptEntry, Row } from "./kept.ts";
import type { Range, Second } from "./read.ts";

const time = z.union([
  z.number().int(),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
]);
const lineSchema = z.strictObject({
  device: z.string().min(1).max(128).regex(/^\S+$/, "must not contain spaces"),
  name: z.string().optional(),
  profile: z.string().optional(),
  attributes: valuesSchema.optional(),
  at: time.meta({ description: "Arrival" }),
  ts: time.optional().meta({ description: "Event time; the arrival where left out" }),
  type: z.enum(messageTypes).optional(),
  values: valuesSchema,
});
type Line = z.infer<typeof lineSchema>;

export interface NdjsonOptions extends Range {
  /** Of devices that name none. */
  profile: string;
}

const groupRows = 4000;

/**
 * Reads messages from a file, one line of JSON each, in the order of their arrival:
 * `{"device":"d1","at":"2026-11-26T08:00:00Z","values":{"speed":41}}`; `profile` and `attributes` hold until a later line says
 * otherwise. Throws MillraceError `invalid_body` that names the line.
 */
export async function* readNdjson(file: string, options: NdjsonOptions): AsyncIterable<Second[]> {
  const devices = new Map<string, DeviceContext>();
  let second = Number.NEGATIVE_INFINITY;
  let group: Second[] = [];
  let held = 0;
  let number = 0;
  for await (const text of linesOf(file)) {
    number++;
    if (text.trim() === "") continue;
    const line = readLine(text, number);
    const told = tell(devices, line, options.profile);
    if (line.at < options.from || line.at >= options.to) continue;
    const due = Math.max(second, Math.floor(line.at / 1000));
    if (due > second) {
      if (held >= groupRows) {
        yield byLane(group);
        group = [];
        held = 0;
      }
      group.push({ second: due, rows: [] });
      second = due;
    }
    group.at(-1)!.rows.push(toRow(line, told, number));
    held++;
  }
  if (group.length > 0) yield byLane(group);
}

/** From the first arrival to just after the last. Throws MillraceError `invalid_body` where there is none. */
export async function rangeOf(file: string): Promise<Range> {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let number = 0;
  for await (const text of linesOf(file)) {
    number++;
    if (text.trim() === "") continue;
    const { at } = readLine(text, number);
    from = Math.min(from, at);
    to = Math.max(to, at + 1);
  }
  if (from < to) return { from, to };
  throw new MillraceError("invalid_body", `${file} holds no messages; write one line of JSON for each.`);
}

function linesOf(file: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
}

function byLane(group: Second[]): Second[] {
  for (const { rows } of group) rows.sort((a, b) => a.lane - b.lane || a.sequence - b.sequence);
  return group;
}

function readLine(text: string, number: number): Line {
  const wrong = (why: string) => new MillraceError("invalid_body", `Line ${number}: ${why}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw wrong(`it is not JSON: ${(error as Error).message}`);
  }
  const read = lineSchema.safeParse(json);
  if (read.success) return read.data;
  const { path, message } = read.error.issues[0]!;
  throw wrong(`${path.join(".")} ${message}`.trim());
}

/** The device as of this line; a line that says nothing new of it leaves it as it was. */
function tell(devices: Map<string, DeviceContext>, line: Line, profile: string): DeviceContext {
  const known = devices.get(line.device);
  const says = line.name ?? line.profile ?? line.attributes;
  if (known && says === undefined) return known;
  const context: DeviceContext = {
    id: line.device,
    name: line.name ?? known?.name ?? line.device,
    profile: line.profile ?? known?.profile ?? profile,
    attributes: line.attributes ?? known?.attributes ?? {},
    revision: (known?.revision ?? 0) + 1,
  };
  devices.set(line.device, context);
  return context;
}

function toRow(line: Line, context: DeviceContext, sequence: number): Row {
  const { device, at } = line;
  return { lane: laneOf(device, 16), sequence, at, entry: toEntry(line, context) };
}

function toEntry(
  { device, at, ts = at, type = "telemetry", values }: Line,
  context: DeviceContext,
): KeptEntry {
  if (isEvent(type)) return { type: "event", event: type, device, at, values: values as Values, context };
  const payload = JSON.stringify(type === "telemetry" ? { ts, values } : values);
  const rest = { binary: false, id: "", checkId: false, context };
  return { type: "upload", device, upload: type, arrivedAt: at, payload, ...rest };
}

function isEvent(type: (typeof messageTypes)[number]): type is (typeof eventTypes)[number] {
  return (eventTypes as readonly string[]).includes(type);
}
