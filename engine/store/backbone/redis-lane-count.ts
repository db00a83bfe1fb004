import { MillraceError } from "../../model/errors.ts";
import { settledLanes } from "./port.ts";
import { type Connection, known, type RedisPlace } from "./redis-connection.ts";

/** How many lanes an installation on Redis has, as it is stored. */
export interface LaneCount {
  count: number;
  /** Part of the lanes' keys: those of the next one are made beside the ones at work. 0 at the beginning. */
  generation: number;
  /** A move to this many lanes has begun: lanes of the next generation may be there, and are not whole. */
  moving?: number;
  /** A move from this many lanes has been made: lanes of the last generation may still be there. */
  left?: number;
}

const keyOf = ({ prefix }: Pick<RedisPlace, "prefix">) => `${prefix}:lanes`;

/** The hash tag that the count's key has by itself, for keys beside it. */
export const countTag = (place: Pick<RedisPlace, "prefix">) => `{${keyOf(place)}}`;

/** Every process of an installation subscribes to it before it reads the count, so that a move sees who is alive. */
export const aliveChannel = ({ prefix }: Pick<RedisPlace, "prefix">) => `${prefix}:alive`;

/** Where the lanes of a generation are. No prefix that one can set has a full stop. */
export function inGeneration<T extends Pick<RedisPlace, "prefix">>(place: T, generation: number): T {
  return generation === 0 ? place : { ...place, prefix: `${place.prefix}.${generation}` };
}

/** Undefined where no installation has begun. */
export async function readLaneCount(
  redis: Connection,
  place: Pick<RedisPlace, "prefix">,
): Promise<LaneCount | undefined> {
  const text = await known(redis.get(keyOf(place)));
  if (text === null) return undefined;
  const read = JSON.parse(text) as number | LaneCount;
  return typeof read === "number" ? { count: read, generation: 0 } : read;
}

export async function writeLaneCount(
  redis: Connection,
  place: Pick<RedisPlace, "prefix">,
  lanes: LaneCount,
): Promise<void> {
  await known(redis.set(keyOf(place), JSON.stringify(lanes)));
}

/**
 * The count that the first process of the installation wrote, be it this one. Throws MillraceError `invalid_setting`
 * when another one is asked for, `conflict` while the lanes are being moved.
 */
export async function settleLaneCount(
  redis: Connection,
  place: Pick<RedisPlace, "prefix">,
  asked: number | undefined,
  usual: number,
): Promise<LaneCount> {
  const has = await readLaneCount(redis, place);
  if (has?.moving !== undefined)
    throw new MillraceError(
      "conflict",
      `The lanes of this installation are being moved from ${has.count} to ${has.moving}, or the move was broken off. Run millrace lanes ${has.moving} until it ends, or millrace lanes ${has.count} to leave them as they were; then start again.`,
    );
  const count = settledLanes(has?.count, asked, usual);
  if (has) return has;
  await known(redis.setnx(keyOf(place), count));
  return settleLaneCount(redis, place, asked, count);
}
