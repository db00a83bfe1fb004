import type { Entry, UploadEntry } from "../flow/entry.ts";
import type { DeviceContext } from "../model/device.ts";

/**
 * A batch is a text of frames. An upload: one line of JSON, then the payload as it came, so that a payload is never
 * escaped or parsed on its way: `["u",device,type,arrivedAt,length,id,flags,context?,problem?]\n<payload>`.
 * Anything else: `["c",entry]\n`. `length` counts UTF-16 units.
 */
export function encodeEntry(entry: Entry): string {
  if (entry.type !== "upload") return `${JSON.stringify(["c", entry])}\n`;
  const { device, upload, arrivedAt, payload, id, context, problem } = entry;
  const flags = (entry.binary ? 1 : 0) | (entry.checkId ? 2 : 0);
  const type = upload === "telemetry" ? 0 : 1;
  const rest =
    context || problem ? `,${JSON.stringify(context ?? null)},${JSON.stringify(problem ?? null)}` : "";
  // Device ids and upload ids are made by the server from letters, digits, "-" and "_".
  return `["u","${device}",${type},${arrivedAt},${payload.length},"${id}",${flags}${rest}]\n${payload}`;
}

type UploadHead = [
  tag: "u",
  device: string,
  type: 0 | 1,
  arrivedAt: number,
  length: number,
  id: string,
  flags: number,
  context?: DeviceContext | null,
  problem?: UploadEntry["problem"] | null,
];

/** The entries of a batch, in order. */
export function decodeEntries(frames: string): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < frames.length; ) {
    const end = frames.indexOf("\n", at);
    const head = JSON.parse(frames.slice(at, end)) as UploadHead | ["c", Entry];
    at = end + 1;
    if (head[0] === "c") {
      entries.push(head[1]);
      continue;
    }
    const [, device, type, arrivedAt, length, id, flags, context, problem] = head;
    entries.push({
      type: "upload",
      device,
      upload: type === 0 ? "telemetry" : "attributes",
      arrivedAt,
      payload: frames.slice(at, at + length),
      binary: (flags & 1) !== 0,
      id,
      checkId: (flags & 2) !== 0,
      ...(context && { context }),
      ...(problem && { problem }),
    });
    at += length;
  }
  return entries;
}
