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

/** The name that fits best, of the path or of its beginning, with the rest of the path; undefined: not shown. */
function nameOf(path: string, names: Readonly<Record<string, string>>): string | undefined {
  const [key, ...inKey] = path.split(".");
  // An alert that tells alarms apart by a field remembers each under its value.
  if (key!.startsWith(":")) {
    const name = nameOf(inKey.join("."), names);
    return name && `${key!.slice(1)}: ${name}`;
  }
  const parts = [key!, ...inKey];
  const { text, length } = namedPart(parts, names) ?? { text: undefined, length: 0 };
  if (text === "") return undefined;
  const rest = parts.slice(length);
  if (text === undefined) return rest.map(humanise).join(" ");
  const told = [kindTexts()?.[text] ?? text, ...rest.map(humanise)].join(" ");
  const places = parts.slice(0, length - 1).filter(isPlace);
  return places.length > 0 ? `${told}, ${places.join(" ")}` : told;
}

/** How much of a path a name fits: the longest beginning of it, its own places before any. */
export function namedPart(
  parts: readonly string[],
  names: Readonly<Record<string, string>>,
): { text: string; length: number } | undefined {
  for (let length = parts.length; length > 0; length--) {
    const beginning = parts.slice(0, length);
    const any = beginning.map((part) => (isPlace(part) ? "*" : part));
    const listed = [...any.slice(0, -1), beginning.at(-1)!];
    const text = [beginning, listed, any]
      .map((each) => names[each.join(".")])
      .find((each) => each !== undefined);
    if (text !== undefined) return { text, length };
  }
  return undefined;
}

const isPlace = (part: string) => /^\d+$/.test(part);

/** The plain values in a state by their path. */
export function leavesOf(
  state: unknown,
  path = "",
  leaves = new Map<string, unknown>(),
): Map<string, unknown> {
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
