import { cutPower } from "./cut-power.ts";
import { cutPowerEverysec } from "./cut-power-everysec.ts";
import { fillDiskOfRedis, fillMemory } from "./fill-up.ts";
import { freezeInTransaction } from "./freeze-in-transaction.ts";
import { freezeWorker } from "./freeze-worker.ts";
import { killProcess } from "./kill-process.ts";
import { killPostgres, killRedis } from "./kill-store.ts";
import { poison } from "./poison.ts";
import { powerCutEnv } from "./power-cut.ts";
import { repeat } from "./repeat.ts";
import type { Scenario } from "./scenario.ts";
import { seriesAway } from "./series-away.ts";
import { silence } from "./silence.ts";
import { storm } from "./storm.ts";
import { cluster, oneProcess, openWorld } from "./world.ts";
import { wrongClock } from "./wrong-clock.ts";

/** Only root may mount the small disk that the full one is tried on. */
const isRoot = process.getuid?.() === 0;

/** Harm to an installation of four processes; Redis goes on, syncing once a second. */
export const inCluster = {
  name: "four processes",
  open: () => openWorld({ roles: cluster, redis: { appendfsync: "everysec" } }),
  scenarios: [killProcess, freezeWorker, freezeInTransaction, killPostgres] as Scenario<unknown>[],
};

/** Harm to Redis, too: killed, one that syncs once a second may lose what it has answered. */
export const inSyncedCluster = {
  name: "four processes on a Redis that always syncs",
  open: () => openWorld({ roles: cluster, redis: { appendfsync: "always" } }),
  scenarios: [killRedis, storm] as Scenario<unknown>[],
};

/** Harm to one process and its stores; Redis runs with appendfsync always and the power-cut library. */
export const inOneProcess = {
  open: () =>
    openWorld({
      roles: oneProcess,
      redis: { appendfsync: "always", env: powerCutEnv() },
      ...(isRoot && { smallDiskMb: 512 }),
    }),
  scenarios: [
    cutPower,
    seriesAway,
    fillMemory,
    ...(isRoot ? [fillDiskOfRedis] : []),
    repeat,
    silence,
    poison,
    wrongClock,
  ] as Scenario<unknown>[],
};

/** Harm where Redis syncs once a second. */
export const onLazyDisk = {
  open: () => openWorld({ roles: oneProcess, redis: { appendfsync: "everysec", env: powerCutEnv() } }),
  scenarios: [cutPowerEverysec] as Scenario<unknown>[],
};
