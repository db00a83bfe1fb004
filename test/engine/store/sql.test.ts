import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SqlPool } from "../../../engine/store/pglite.ts";
import { asUnavailable, inTransaction, openPostgres } from "../../../engine/store/sql.ts";
import { freeTcpPort } from "../../support/free-port.ts";
import { openLink } from "../../support/link.ts";
import { startPostgres } from "../../support/postgres.ts";
import type { Server } from "../../support/server.ts";

describe("what a query rejects with", () => {
  const error = (message: string, code?: string) => Object.assign(new Error(message), { code });
  const lost: [title: string, error: Error][] = [
    ["a refused connection", error("connect ECONNREFUSED", "ECONNREFUSED")],
    ["a broken pipe", error("write EPIPE", "EPIPE")],
    ["an unknown certificate", error("self-signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT")],
    ["a shutdown", error("terminating connection", "57P01")],
    ["too many connections", error("too many clients", "53300")],
    ["a wrong password", error("password authentication failed", "28P01")],
    ["a missing database", error("does not exist", "3D000")],
    ["a standby", error("read-only transaction", "25006")],
    ["a cut connection", error("Connection terminated unexpectedly")],
    ["a time-out", error("Query read timeout")],
  ];
  test.each(lost)("%s is unavailable", (_title, given) => {
    expect(asUnavailable(given)).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(given.message),
    });
  });

  const answers: [title: string, error: unknown][] = [
    ["a broken constraint", error("duplicate key", "23505")],
    ["a syntax error", error("syntax error", "42601")],
    ["an error of ours", error("cannot read properties of undefined")],
    ["what is no error", "text"],
  ];
  test.each(answers)("%s stays what it is", (_title, given) => {
    expect(asUnavailable(given)).toBe(given);
  });
});

describe("PostgreSQL", () => {
  let server: Server;
  let pool: SqlPool;
  beforeAll(async () => {
    server = await startPostgres();
    pool = openPostgres(server.url);
    await pool.query("create table kept (n int)");
  });
  afterAll(async () => {
    await pool?.end();
    await server?.stop();
  });

  test("a transaction that rejects leaves nothing, and its connection is usable", async () => {
    const failing = inTransaction(pool, async (client) => {
      await client.query("insert into kept values (1)");
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    await inTransaction(pool, (client) => client.query("insert into kept values (2)"));
    expect((await pool.query("select n from kept")).rows).toEqual([{ n: 2 }]);
  });

  test("connections that died without a word are given up together, once one of them owes an answer", {
    timeout: 180_000,
  }, async () => {
    const link = await openLink(server.url);
    const away = openPostgres(link.url);
    const add = (n: number) =>
      inTransaction(away, (client) => client.query("insert into kept values ($1)", [n]));
    await Promise.all([3, 4, 5].map(add));
    expect(link.fallSilent()).toBe(3);
    await expect(add(6).catch((error) => Promise.reject(asUnavailable(error)))).rejects.toMatchObject({
      code: "unavailable",
    });
    await Promise.all([7, 8, 9].map(add));
    const { rows } = await pool.query("select n from kept where n > 2 order by n");
    expect(rows.map(({ n }) => n)).toEqual([3, 4, 5, 7, 8, 9]);
    link.close();
    await away.end();
  });

  test("a server that stops ends no process: idle connections break quietly", {
    timeout: 180_000,
  }, async () => {
    const other = await startPostgres();
    const lost = openPostgres(other.url);
    await lost.query("select 1");
    await other.kill();
    const outcome = lost.query("select 1").then(() => undefined, asUnavailable);
    expect(await outcome).toMatchObject({ code: "unavailable" });
    await lost.end();
    await other.stop();
  });

  test("a port that nobody listens on is unavailable", async () => {
    const url = `postgres://millrace@127.0.0.1:${await freeTcpPort()}/millrace`;
    const nowhere = openPostgres(url);
    const asked = nowhere.query("select 1").then(
      () => undefined,
      (error) => asUnavailable(error),
    );
    expect(await asked).toMatchObject({ code: "unavailable" });
    await nowhere.end();
  });
});
