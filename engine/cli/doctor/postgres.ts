import type { Finding } from "../../model/finding.ts";
import type { Settings } from "../../settings.ts";
import { openPostgres } from "../../store/sql.ts";
import { clock, findingsOf } from "./findings.ts";

const leastVersion = 140_000;

const question = `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
  current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit,
  current_setting('full_page_writes') AS full_page_writes, pg_is_in_recovery() AS follows,
  has_database_privilege(current_database(), 'CREATE') OR to_regnamespace('millrace') IS NOT NULL AS creates,
  extract(epoch FROM clock_timestamp())::float8 * 1000 AS now`;

interface Answer {
  version: string;
  number: number;
  fsync: string;
  synchronous_commit: string;
  full_page_writes: string;
  follows: boolean;
  creates: boolean;
  now: number;
}

/** Looks at the PostgreSQL that is set. */
export async function examinePostgres({ MILLRACE_DATABASE_URL: url }: Settings): Promise<Finding[]> {
  if (!url) return [];
  const { host, pathname } = new URL(url);
  const place = `postgres ${host}${pathname}`;
  const pool = openPostgres(url);
  try {
    // The first answer takes the time of connecting too, which is no matter of clocks.
    await pool.query("SELECT 1");
    const startMs = Date.now();
    const { rows } = await pool.query(question);
    const answer = rows[0] as unknown as Answer;
    return [...judge(answer, place), clock(place, Math.round(answer.now - (startMs + Date.now()) / 2))];
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    const mend = "Start it, or mend MILLRACE_DATABASE_URL: user, password, host, port and database.";
    return [findingsOf(place).fail("reachable", `no (${message || code})`, mend)];
  } finally {
    await pool.end();
  }
}

function judge(answer: Answer, place: string): Finding[] {
  const { ok, fail } = findingsOf(place);
  const judged = (check: string, found: string, isRight: boolean, mend: string) =>
    isRight ? ok(check, found) : fail(check, found, mend);
  const { version, number, fsync, synchronous_commit: commit, full_page_writes: pages } = answer;
  const write = "Write it into postgresql.conf, and run SELECT pg_reload_conf().";
  return [
    judged(
      "reachable",
      answer.follows ? "as a standby, which takes no writes" : "yes",
      !answer.follows,
      "Name the primary in MILLRACE_DATABASE_URL.",
    ),
    judged("version", version, number >= leastVersion, "Install PostgreSQL 14 or later."),
    judged("fsync", fsync, fsync === "on", `A power cut can destroy the database. fsync = on. ${write}`),
    judged(
      "full_page_writes",
      pages,
      pages === "on",
      `A power cut can destroy pages of the database. full_page_writes = on. ${write}`,
    ),
    judged(
      "synchronous_commit",
      commit,
      commit !== "off",
      `A crash takes the last alarms and commands. synchronous_commit = on. ${write} It may also be set for the user or the database.`,
    ),
    judged(
      "may create its schema",
      answer.creates ? "yes" : "no",
      answer.creates,
      "Run GRANT CREATE ON DATABASE ... TO ... as its owner.",
    ),
  ];
}
