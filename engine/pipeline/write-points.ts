import type { DeadLetterEffect, Effect } from "../model/effect.ts";
import { MillraceError } from "../model/errors.ts";
import type { RefusedPoints, Series } from "../model/series.ts";
import type { Item } from "./way.ts";

/**
 * Writes points. Those that the series store will never take become dead letters with the store's own words, by
 * `apply`, which is durable when it resolves; the others are written.
 */
export async function writePoints(
  series: Pick<Series, "write">,
  apply: (effects: Effect[]) => Promise<unknown>,
  items: Item[],
): Promise<void> {
  try {
    await series.write(items.map(({ body }) => body));
  } catch (error) {
    if (!(error instanceof MillraceError) || error.code !== "points_refused") throw error;
    const refused = error.details?.refused as RefusedPoints[];
    // The same write gives the same refusals, so the ids hold when it is repeated.
    const { lane, sequence } = items[0]!;
    await apply(refused.map((one, index) => refusedLetter(one, `${lane}:${sequence}:p${index}`)));
  }
}

function refusedLetter({ points, message }: RefusedPoints, id: string): DeadLetterEffect {
  const raw = Buffer.from(points).toString("base64");
  return { type: "dead-letter", id, device: "", at: Date.now(), reason: "point_refused", message, raw };
}
