import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { holdDataDir } from "./data-dir.ts";
import { MillraceError } from "./model/errors.ts";
import { decodeEntries } from "./pipeline/frame.ts";
import type { Settings } from "./settings.ts";
import type { LaneSet } from "./store/backbone/lane-set.ts";

/**
 * All lanes of the installation that the settings name. Throws MillraceError `not_found` where none has begun,
 * `unavailable` where its backbone cannot be reached, or is embedded in a process that runs.
 */
export async function openLaneSet(
  settings: Settings,
  log: (message: string, error: Error) => void,
): Promise<LaneSet> {
  const url = settings.MILLRACE_REDIS_URL;
  if (!url) return openEmbedded(settings);
  const { openRedisLaneSet } = await import("./store/backbone/redis-lane-set.ts");
  return openRedisLaneSet({ url, prefix: settings.MILLRACE_REDIS_PREFIX, isIdle, log });
}

async function openEmbedded({ MILLRACE_DATA_DIR: folder }: Settings): Promise<LaneSet> {
  if (!existsSync(join(folder, "database")))
    throw new MillraceError(
      "not_found",
      `No installation has begun in the folder ${resolve(folder)}. Name another one in MILLRACE_DATA_DIR, or its Redis in MILLRACE_REDIS_URL; a first start takes its count from MILLRACE_LANES.`,
    );
  const data = holdDataDir(folder);
  const opened: (() => Promise<void>)[] = [async () => data.release()];
  const close = async () => {
    for (const end of opened.reverse()) await end();
  };
  try {
    const [{ openPglite }, { openPostgresLaneSet }] = await Promise.all([
      import("./store/pglite.ts"),
      import("./store/backbone/postgres-lane-set.ts"),
    ]);
    const pool = await openPglite({ dataDir: join(data.path, "database") });
    opened.push(() => pool.end());
    return { ...(await openPostgresLaneSet({ pool, isIdle })), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Ticks come again by themselves, and whoever owns a lane tells it of the newest deployment. */
function isIdle(frames: string): boolean {
  return decodeEntries(frames).every(({ type }) => type === "tick" || type === "deploy");
}
