import { sql } from "kysely";
import { migrate } from "../migrate.ts";
import type { SqlPool } from "../pglite.ts";
import type { Registry } from "../registry.ts";
import { asUnavailable } from "../sql.ts";
import { alarms } from "./alarms.ts";
import { applying } from "./apply.ts";
import { candidates } from "./candidates.ts";
import { channels } from "./channels.ts";
import { commands } from "./commands.ts";
import { database, guarded } from "./database.ts";
import { deadLetters } from "./dead-letters.ts";
import { deploymentLog } from "./deployment-log.ts";
import { deployments } from "./deployments.ts";
import { devices } from "./devices.ts";
import { flows } from "./flows.ts";
import { happenings } from "./happenings.ts";
import { migrations } from "./migrations.ts";
import { notifications } from "./notifications.ts";
import { profiles } from "./profiles.ts";
import { recorded } from "./recorded.ts";
import { tables } from "./tables.ts";
import { takingVersions } from "./take-version.ts";
import { versions } from "./versions.ts";

/** The registry in the schema `millrace`, brought up to date. The pool stays with whoever opened it. */
export async function openRegistry(pool: SqlPool): Promise<Registry> {
  await migrate(pool, "registry", migrations).catch((error) => {
    throw asUnavailable(error);
  });
  const db = database(pool);
  return guarded({
    ...profiles(db),
    ...devices(db),
    ...flows(db),
    ...candidates(db),
    ...deploymentLog(db),
    ...versions(db),
    ...deployments(db),
    ...takingVersions(db),
    ...recorded(db),
    ...applying(db),
    ...alarms(db),
    ...commands(db),
    ...happenings(db),
    ...deadLetters(db),
    ...channels(db),
    ...tables(db),
    ...notifications(db),
    check: async () => {
      await sql`select revision from millrace.deployment_revision`.execute(db);
    },
    // The pool is shared with the series and the backbone; its opener ends it.
    close: async () => {},
  });
}
