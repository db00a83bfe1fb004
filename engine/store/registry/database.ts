import { Kysely, PostgresDialect, type PostgresPool, type Transaction } from "kysely";
import { MillraceError } from "../../model/errors.ts";
import type { SqlPool } from "../pglite.ts";
import { asUnavailable } from "../sql.ts";
import type { Tables } from "./schema.ts";

export type Database = Kysely<Tables>;
export type Session = Database | Transaction<Tables>;

/** Kysely over the pool, in the schema `millrace`. */
export function database(pool: SqlPool): Database {
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: pool as unknown as PostgresPool }),
  }).withSchema("millrace");
}

type Methods = Record<string, (...args: never[]) => Promise<unknown>>;

/**
 * The same methods, with a database that does not answer told as MillraceError `unavailable`, and without U+0000 in
 * names that are looked for: PostgreSQL would refuse the whole statement.
 */
export function guarded<M extends object>(methods: M): M {
  const result: Methods = {};
  for (const [name, method] of Object.entries(methods as Methods))
    result[name] = async (...args) => {
      try {
        return await method(...(args.map(withoutNul) as never[]));
      } catch (error) {
        throw asUnavailable(error);
      }
    };
  return result as M;
}

function withoutNul(arg: unknown): unknown {
  if (typeof arg === "string") return arg.replaceAll("\u0000", "\ufffd");
  if (typeof arg !== "object" || arg === null || Array.isArray(arg)) return arg;
  return Object.fromEntries(
    Object.entries(arg).map(([name, value]) => [name, typeof value === "string" ? withoutNul(value) : value]),
  );
}

export function notFound(what: string, id: string | number): MillraceError {
  return new MillraceError("not_found", `There is no ${what} "${id}".`);
}
