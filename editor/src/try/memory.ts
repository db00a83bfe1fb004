import { kindTexts } from "../text/text.ts";
import { humanise, words } from "../ui/words.ts";
import { sinceWords } from "./effect-words.ts";

/** One thing that a step remembers, before and after a message; undefined where it was not there. */
export interface Remembered {
  name: string;
  before: string | undefined;
  after: string | undefined;
}

interface Told {
  before: unknown;
  after: unknown;
  /** When the trial began, ms: times are told from then on. */
  startMs: number;
  /** What the kind of step calls the parts of its state, by path. */
  names?: Readonly<Record<string, string>> | undefined;
}

const most = 24;
const yearMs = 366 * 86_400_000;

/** What a step remembers, as lines that can be read: what changed, or all where nothing did. */
export function remembered({ before, after, startMs, names = {} }: Told): Remembered[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  const lines = [...new Set([...old.keys(), ...now.keys()])].map((path) => ({
    name: nameOf(path, names),
    before: old.has(path) ? shown(old.get(path), startMs) : undefined,
    after: now.has(path) ? shown(now.get(path), startMs) : undefined,
  }));
  const told = lines.filter(({ name }) => name !== undefined) as Remembered[];
  const changed = told.filter((line) => line.before !== line.after);
  return (changed.length > 0 ? changed : told).slice(0, most);
}

/** The name that fits best: of the path itself, of it with any places, or of its beginning; undefined: not shown. */
function nameOf(path: string, names: Readonly<Record<string, string>>): string | undefined {
  const parts = path.split(".");
  const isPlace = (part: string) => /^\d+$/.test(part);
  const listed = parts.map((part, at) => (isPlace(part) && at < parts.length - 1 ? "*" : part)).join(".");
  const any = parts.map((part) => (isPlace(part) ? "*" : part)).join(".");
  const tell = (text: string | undefined) => (text === undefined ? undefined : (kindTexts()?.[text] ?? text));
  const found = tell(names[path] ?? names[listed] ?? names[any]);
  if (found === "") return undefined;
  const places = parts.slice(0, -1).filter(isPlace);
  if (found) return places.length > 0 ? `${found}, ${places.join(" ")}` : found;
  const own = tell(names[parts[0]!]);
  if (own === "") return undefined;
  return [own ?? humanise(parts[0]!), ...parts.slice(1).map(humanise)].join(" ");
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
