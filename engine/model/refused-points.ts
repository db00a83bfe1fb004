import { MillraceError } from "./errors.ts";
import type { RefusedPoints } from "./series.ts";

/** Enough to single out a few bad points among thousands; a flood of them is reported in larger pieces. */
const maxWrites = 64;

/**
 * Finds which points a store refuses by writing halves. `write` resolves to the store's sentence, or to undefined when
 * it took them all; whatever it rejects with ends the search. Points that are not among the result are written.
 */
export async function findRefused<P>(
  points: readonly P[],
  message: string,
  write: (part: readonly P[]) => Promise<string | undefined>,
): Promise<{ points: readonly P[]; message: string }[]> {
  const refused: { points: readonly P[]; message: string }[] = [];
  let writes = 0;
  const split = async (part: readonly P[], said: string): Promise<void> => {
    if (part.length <= 1 || writes >= maxWrites) {
      refused.push({ points: part, message: said });
      return;
    }
    const middle = part.length >> 1;
    for (const half of [part.slice(0, middle), part.slice(middle)]) {
      writes++;
      const answer = await write(half);
      if (answer !== undefined) await split(half, answer);
    }
  };
  await split(points, message);
  return refused;
}

/** The error for points that a store will never take; all the others are written. */
export function pointsRefused(refused: RefusedPoints[]): MillraceError {
  const said = refused[0]?.message ?? "";
  return new MillraceError("points_refused", `The series store refused points: ${said}`, { refused });
}
