import { humanise, words } from "../ui/words.ts";
import { sinceWords } from "./effect-words.ts";

/** One thing that a step remembers, before and after a message; undefined where it was not there. */
export interface Remembered {
  name: string;
  before: string | undefined;
  after: string | undefined;
}

const most = 24;
const yearMs = 366 * 86_400_000;

/** What a step remembers, as lines that can be read: what changed, or all where nothing did. `startMs`: when the trial began. */
export function remembered(
  { before, after }: { before: unknown; after: unknown },
  startMs: number,
): Remembered[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  const lines = [...new Set([...old.keys(), ...now.keys()])].map((path) => ({
    name: path === "" ? "" : path.split(".").map(humanise).join(" "),
    before: old.has(path) ? shown(old.get(path), startMs) : undefined,
    after: now.has(path) ? shown(now.get(path), startMs) : undefined,
  }));
  const changed = lines.filter((line) => line.before !== line.after);
  return (changed.length > 0 ? changed : lines).slice(0, most);
}

/** The plain values in a state by their path. */
function leavesOf(state: unknown, path = "", leaves = new Map<string, unknown>()): Map<string, unknown> {
  if (state === undefined || state === null) return leaves;
  if (typeof state !== "object") return leaves.set(path, state);
  for (const [name, inner] of Object.entries(state)) {
    const place = Array.isArray(state) ? String(Number(name) + 1) : name;
    leavesOf(inner, path === "" ? place : `${path}.${place}`, leaves);
  }
  return leaves;
}

/** A number that is a time near the trial is told from its beginning on. */
function shown(value: unknown, startMs: number): string {
  if (typeof value === "number" && Math.abs(value - startMs) < yearMs) return sinceWords(value, startMs);
  return words(value as never);
}
