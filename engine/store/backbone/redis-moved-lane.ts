import { QueueKeys } from "bullmq";
import { MillraceError } from "../../model/errors.ts";
import { queueName } from "./lane-queues.ts";
import type { Connection } from "./redis-connection.ts";

/** A process that was cut off from Redis for longer, and goes on then, must have been ended by hand. */
const spoiltForS = 30 * 86_400;

/** The parts of a lane beside its queue. */
const parts = ["checkpoint", "state", "wakes", "effects", "points", "fence"];

/** Deletes a lane of which nothing is there but what a move left undone. */
export async function deleteLane(redis: Connection, tag: string, lane: number): Promise<void> {
  const { id, ...keys } = new QueueKeys(tag).getKeys(queueName(lane)) as Record<string, string>;
  const jobs = await Promise.all([
    redis.lrange(keys.wait!, 0, -1),
    redis.lrange(keys.active!, 0, -1),
    redis.zrange(keys.failed!, 0, "-1"),
  ]);
  const jobKeys = jobs.flat().flatMap((job) => [`${keys[""]}${job}`, `${keys[""]}${job}:lock`]);
  const all = [id!, ...Object.values(keys), ...parts.map((part) => `${tag}:${part}`), ...jobKeys];
  await redis.unlink(...all);
}

/**
 * Deletes a lane whose state is in another one now, and takes care that its queue takes nothing more: a process that was
 * cut off from Redis while the lanes were moved would put batches there that nobody works.
 */
export async function deleteMovedLane(redis: Connection, tag: string, lane: number): Promise<void> {
  await deleteLane(redis, tag, lane);
  // BullMQ counts up here before all else.
  await redis.set(new QueueKeys(tag).toKey(queueName(lane), "id"), "moved", "EX", spoiltForS);
}

/** Rejects with a sentence where the lane was moved away; with the error itself else. */
export function rejectMoved(error: Error): never {
  if (!/not an integer/.test(error.message)) throw error;
  throw new MillraceError(
    "unavailable",
    "The lanes of this installation were moved while this process could not reach Redis. Stop it and start it again; what it could not put into a queue was never acknowledged.",
    undefined,
    { cause: error },
  );
}
