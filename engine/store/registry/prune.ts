import { sql } from "kysely";
import type { Database } from "./database.ts";

/** Forgets the ids of effects applied over a week ago: no repetition comes that late. */
export async function prune(db: Database): Promise<void> {
  await sql`delete from millrace.applied_effects where at < now() - interval '7 days'`.execute(db);
  // PGlite has nobody who vacuums on his own.
  await sql`vacuum millrace.applied_effects`.execute(db);
}
