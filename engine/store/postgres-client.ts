import pg, { type Pool } from "pg";

/** For the first statement of a transaction, which PostgreSQL answers at once. */
const beginTimeoutMs = 5000;

/**
 * A connection that is given up once it owes an answer for too long, and says so by the event `silent`. One whose host
 * vanished never ends by itself, and would be taken from the pool again and again, as the one used last is taken first.
 */
export class PostgresClient extends pg.Client {
  // In place of a dozen overloads; a promise is given where no callback is.
  override query(...args: unknown[]): never {
    const answer: unknown = Reflect.apply(super.query, this, bounded(args));
    if (!(answer instanceof Promise)) return answer as never;
    return answer.catch((error: Error) => {
      if (error.message === "Query read timeout") {
        void this.end();
        this.emit("silent");
      }
      throw error;
    }) as never;
  }
}

function bounded(args: unknown[]): unknown[] {
  const [text, ...rest] = args;
  return text === "begin" ? [{ text, query_timeout: beginTimeoutMs }, ...rest] : args;
}

/** Once a connection of the pool fell silent, gives up those that nobody uses at the moment, too. */
export function dropIdleOnSilence(pool: Pool) {
  const idle = new Set<pg.PoolClient>();
  pool.on("release", (_error, client) => idle.add(client));
  pool.on("acquire", (client) => idle.delete(client));
  pool.on("remove", (client) => idle.delete(client));
  pool.on("connect", (client) =>
    client.on("silent" as "error", () => {
      // The pool removes an idle one that tells of an error.
      for (const one of idle) one.emit("error", new Error("given up, as another connection does not answer"));
    }),
  );
}
