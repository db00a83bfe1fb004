/** Gives the next number of a sequence, 0 <= n < 1. */
export type Random = () => number;

/** The same seed gives the same sequence: a 32-bit Weyl counter, scrambled. Not for secrets. */
export function randomFrom(seed: number): Random {
  let counter = seed | 0;
  return () => {
    counter = (counter + 0x9e3779b9) | 0;
    let mixed = Math.imul(counter ^ (counter >>> 16), 0x7feb352d);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 0x1_0000_0000;
  };
}

/** Between `from` and `to`, evenly. */
export const between = (random: Random, from: number, to: number) => from + (to - from) * random();

/** Around 0, within -1 and 1, mostly near 0. */
export const noise = (random: Random) => (random() + random() + random()) / 1.5 - 1;

/** A waiting time with the given mean, as between events that know nothing of one another. */
export const waitingTime = (random: Random, mean: number) => -Math.log(1 - random()) * mean;

/** How many of such events fell into a span in which `mean` are expected. */
export function eventCount(random: Random, mean: number): number {
  // Beyond this the loop below would underflow, and the spread no longer shows.
  if (mean > 500) return Math.round(mean + noise(random) * Math.sqrt(3 * mean));
  const floor = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > floor; product *= random()) count++;
  return count;
}

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)]!;
}
