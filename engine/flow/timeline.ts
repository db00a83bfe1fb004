import type { Verdict } from "../model/candidate.ts";

/** Something that a flow did to a device: an alarm, or a command. Times in ms since the epoch, by the data's own clock. */
export interface Happening {
  device: string;
  /** Left out where it does not matter which node did it: ids of nodes may differ between versions. */
  node?: string;
  /** Type of the alarm, or method of the command. */
  type: string;
  /** When the alarm was raised, or the command sent. */
  raisedAt: number;
  clearedAt?: number;
  /** What else there is to compare, such as severity or parameters. Left out: nothing. */
  content?: string;
}

export type Pair<T extends Happening> =
  | { verdict: Exclude<Verdict, "new" | "gone">; before: T; after: T }
  | { verdict: "gone"; before: T; after?: undefined }
  | { verdict: "new"; after: T; before?: undefined };

export interface Matching {
  /** What lies further apart is not the same thing. */
  withinMs: number;
  /** What lies no further apart counts as the same time; left out: 0. */
  sameMs?: number;
}

type Side = "before" | "after";

/**
 * Pairs what two versions did, in order of time. Of one device, node and type those at the same time belong together; any
 * other is paired with the nearest one of the other side that came before it, lies within `withinMs` and is still free.
 */
export function compareTimelines<T extends Happening>(
  before: readonly T[],
  after: readonly T[],
  matching: Matching,
): Pair<T>[] {
  const places = new Map<string, Record<Side, T[]>>();
  const note = (side: Side) => (it: T) => {
    const key = JSON.stringify([it.device, it.node ?? null, it.type]);
    const known = places.get(key) ?? { before: [], after: [] };
    places.set(key, known);
    known[side].push(it);
  };
  before.forEach(note("before"));
  after.forEach(note("after"));
  const pairs = [...places.values()].flatMap((place) => pairUp(place, matching));
  return pairs.sort((a, b) => timeOf(a) - timeOf(b));
}

/** Of one device, node and type. */
function pairUp<T extends Happening>(all: Record<Side, T[]>, matching: Matching): Pair<T>[] {
  const { withinMs } = matching;
  const pairs: Pair<T>[] = [];
  const pair = (before: T, after: T) => {
    pairs.push({ verdict: verdictOf(before, after, matching), before, after });
  };
  const free: Record<Side, T[]> = { before: [], after: [] };
  for (const now of byTime(all)) {
    const left = pairEqual(now.before, now.after, pair);
    for (const it of left.before) {
      const index = nearest(free.after, it.raisedAt, withinMs);
      if (index < 0) free.before.push(it);
      else pair(it, free.after.splice(index, 1)[0]!);
    }
    for (const it of left.after) {
      const index = nearest(free.before, it.raisedAt, withinMs);
      if (index < 0) free.after.push(it);
      else pair(free.before.splice(index, 1)[0]!, it);
    }
  }
  for (const it of free.before) pairs.push({ verdict: "gone", before: it });
  for (const it of free.after) pairs.push({ verdict: "new", after: it });
  return pairs;
}

/** What is at one time, the earliest first. */
function byTime<T extends Happening>({ before, after }: Record<Side, T[]>): Record<Side, T[]>[] {
  const times = new Map<number, Record<Side, T[]>>();
  const at = (time: number) => times.get(time) ?? times.set(time, { before: [], after: [] }).get(time)!;
  for (const it of before) at(it.raisedAt).before.push(it);
  for (const it of after) at(it.raisedAt).after.push(it);
  return [...times].sort(([a], [b]) => a - b).map(([, now]) => now);
}

/** Pairs what is at one time and place, those of the same content first; gives what is left of either side. */
export function pairEqual<T extends Pick<Happening, "content">>(
  before: readonly T[],
  after: readonly T[],
  pair: (before: T, after: T) => void,
): Record<Side, T[]> {
  const rest = [...after];
  const left = before.filter((it) => {
    const index = rest.findIndex(({ content }) => content === it.content);
    if (index >= 0) pair(it, rest.splice(index, 1)[0]!);
    return index < 0;
  });
  const count = Math.min(left.length, rest.length);
  for (let i = 0; i < count; i++) pair(left[i]!, rest[i]!);
  return { before: left.slice(count), after: rest.slice(count) };
}

/** Which of them lies nearest to `at`, and no further than `withinMs`: its index, the earlier of two; -1 for none. */
export function nearest(free: readonly Pick<Happening, "raisedAt">[], at: number, withinMs: number): number {
  let found = -1;
  for (const [index, { raisedAt }] of free.entries()) {
    const apart = Math.abs(raisedAt - at);
    if (apart <= withinMs && (found < 0 || apart < Math.abs(free[found]!.raisedAt - at))) found = index;
  }
  return found;
}

type Moment = { raisedAt: number; content?: string | undefined };

/** How the second stands to the first, which belong together. */
export function verdictOf(
  before: Moment,
  after: Moment,
  { sameMs = 0 }: Pick<Matching, "sameMs">,
): Exclude<Verdict, "new" | "gone"> {
  const shift = after.raisedAt - before.raisedAt;
  if (Math.abs(shift) > sameMs) return shift < 0 ? "earlier" : "later";
  return before.content === after.content ? "same" : "changed";
}

const timeOf = ({ before, after }: Pair<Happening>) => (before ?? after)!.raisedAt;
