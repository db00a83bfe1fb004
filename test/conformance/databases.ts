import type { SqlPool } from "../../engine/store/pglite.ts";
import { openPostgres } from "../../engine/store/sql.ts";
import { openDatabase } from "../support/database-template.ts";
import { startPostgres } from "../support/postgres.ts";

export interface TestDatabase {
  pool: SqlPool;
  close(): Promise<void>;
}

/** The databases that registry and series run on, each empty and gone with the test. */
export const databases: [name: string, open: () => Promise<TestDatabase>][] = [
  [
    "PGlite",
    async () => {
      const pool = await openDatabase();
      return { pool, close: () => pool.end() };
    },
  ],
  [
    "PostgreSQL",
    async () => {
      const server = await startPostgres();
      const pool = openPostgres(server.url);
      return {
        pool,
        async close() {
          await pool.end();
          await server.stop();
        },
      };
    },
  ],
];
