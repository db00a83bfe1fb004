import { sql } from "kysely";
import type { Database } from "./database.ts";

/** Forgets what is a week old: ids of effects, since no repetition comes that late, and which devices were deleted. */
export async function prune(db: Database): Promise<void> {
  await sql`delete from millrace.applied_effects where at < now() - interval '7 days'`.execute(db);
  await sql`delete from millrace.deleted_devices where deleted_at < now() - interval '7 days'`.execute(db);
  // PGlite has nobody who vacuums on his own.
  await sql`vacuum millrace.applied_effects`.execute(db);
}
