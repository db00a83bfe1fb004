import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { database as kyselyOver } from "../../engine/store/registry/database.ts";
import { openRegistry } from "../../engine/store/registry/open.ts";
import { prune } from "../../engine/store/registry/prune.ts";
import type { Registry } from "../../engine/store/registry.ts";
import { databases, type TestDatabase } from "./databases.ts";
import { alarmCases } from "./registry/alarms.ts";
import { candidateCases } from "./registry/candidates.ts";
import { commandCases } from "./registry/commands.ts";
import { deadLetterCases } from "./registry/dead-letters.ts";
import { deviceNameCases } from "./registry/device-names.ts";
import { deviceCases } from "./registry/devices.ts";
import { flowCases } from "./registry/flows.ts";
import { happeningCases } from "./registry/happenings.ts";
import { notificationCases } from "./registry/notifications.ts";
import { profileCases } from "./registry/profiles.ts";
import { repositoryCases } from "./registry/repository.ts";
import { tableCases } from "./registry/tables.ts";

describe.each(databases)("the registry on %s", (_name, open) => {
  let database: TestDatabase;
  let registry: Registry;
  beforeAll(async () => {
    database = await open();
    registry = await openRegistry(database.pool);
  });
  afterAll(() => database?.close());
  const opened = () => registry;

  describe("profiles", () => profileCases(opened));
  describe("devices", () => deviceCases(opened));
  describe("names of devices", () => deviceNameCases(opened, () => database.pool));
  describe("flows", () => flowCases(opened));
  describe("candidates", () => candidateCases(opened));
  describe("the flows repository", () => repositoryCases(opened));
  describe("alarms", () => alarmCases(opened));
  describe("commands", () => commandCases(opened));
  describe("notifications", () => notificationCases(opened));
  describe("tables", () => tableCases(opened));
  describe("dead letters", () => deadLetterCases(opened));
  describe("what happened", () => happeningCases(opened));

  test("opening it again, twice at once, changes nothing", async () => {
    const before = await registry.profiles();
    const again = await Promise.all([openRegistry(database.pool), openRegistry(database.pool)]);
    for (const one of again) expect(await one.profiles()).toEqual(before);
  });

  test("ids of applied effects are forgotten after a week", async () => {
    const { pool } = database;
    const add =
      "insert into millrace.applied_effects values ('old', now() - interval '8 days'), ('new', now())";
    await pool.query(add);
    await prune(kyselyOver(pool));
    const { rows } = await pool.query("select id from millrace.applied_effects where id in ('old', 'new')");
    expect(rows).toEqual([{ id: "new" }]);
  });

  test("it answers the check", async () => {
    await expect(registry.check()).resolves.toBeUndefined();
  });
});
