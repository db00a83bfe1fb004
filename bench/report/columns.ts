import type { Figures, Spread } from "../measurement.ts";

type Column = { [Key in keyof Figures]-?: { key: Key; title: string } }[keyof Figures];

/** In the order of a table, which shows those that one of its rows has. */
export const columns: Column[] = [
  { key: "devices", title: "devices" },
  { key: "connections", title: "connections" },
  { key: "createSeconds", title: "made in, s" },
  { key: "openSeconds", title: "opened in, s" },
  { key: "firstRoundSeconds", title: "first reading of each, s" },
  { key: "atPerSecond", title: "at messages/s" },
  { key: "acknowledgedPerSecond", title: "acknowledged/s" },
  { key: "throughPerSecond", title: "through/s" },
  { key: "ofCeiling", title: "of aedes alone" },
  { key: "ofBare", title: "of the bare library" },
  { key: "acknowledgeMs", title: "acknowledged in p50 / p95 / p99, ms" },
  { key: "commandMs", title: "publish to command p50 / p95 / p99, ms" },
  { key: "commands", title: "commands" },
  { key: "refused", title: "refused" },
  { key: "memoryBeforeMb", title: "MB before" },
  { key: "memoryMb", title: "MB" },
  { key: "kbEach", title: "KB each" },
  { key: "serverCores", title: "cores, server" },
  { key: "generatorCores", title: "cores, generator" },
  { key: "machineCores", title: "cores, machine" },
  { key: "foreignCores", title: "cores, not ours" },
  { key: "loadSeconds", title: "load, s" },
];

export function shown(value: number | Spread | undefined): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.join(" / ");
  return value >= 1000 ? value.toLocaleString("en") : String(value);
}
