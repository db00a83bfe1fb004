import { expect, test } from "vitest";
import { MillraceError } from "../../../engine/model/errors.ts";
import type { SqlPool } from "../../../engine/store/pglite.ts";
import type { Registry } from "../../../engine/store/registry.ts";

export function deviceNameCases(open: () => Registry, pool: () => SqlPool) {
  test("the revision of a name rises whoever bears it, and when nobody does any more", async () => {
    const registry = open();
    const bearer = async () => (await registry.namedDevices(["road A1", "road A1"]))[0]!;
    const road = { name: "road A1", profile: "default", attributes: { limit: 80 }, shared: { lanes: 2 } };
    const seen = [await bearer()];
    expect(seen[0]).toEqual({ name: "road A1", revision: 0, id: null, device: undefined });
    const first = await registry.createDevice(road);
    seen.push(await bearer());
    const attributes = { lanes: 2, limit: 80 };
    expect(seen[1]).toMatchObject({ id: first.id, device: { name: "road A1", attributes } });
    await registry.mergeAttributes(first.id, "client", { firmware: "2" });
    seen.push(await bearer());
    await registry.deleteDevice(first.id);
    seen.push(await bearer());
    const second = await registry.createDevice(road);
    seen.push(await bearer());
    await registry.updateDevice(second.id, { name: "road A2" });
    seen.push(await bearer());
    await registry.createDevice({ ...road, name: "road A3" });
    await registry.deleteDevice(second.id);
    seen.push(await bearer());
    const revisions = seen.map(({ revision }) => revision);
    expect(revisions.slice(0, 6)).toEqual([...new Set(revisions.slice(0, 6))].sort((a, b) => a - b));
    expect(revisions[6]).toBe(revisions[5]);
  });

  test("a name goes from one device to the next without its revision falling, also at the same time", async () => {
    const registry = open();
    const road = { name: "road B1", profile: "default", attributes: {}, shared: {} };
    const other = { ...road, name: "road B2" };
    let last = await registry.createDevice(road);
    for (let round = 0; round < 20; round++) {
      const leaves =
        round % 2 === 0
          ? registry.deleteDevice(last.id)
          : registry.updateDevice(last.id, { name: other.name }).then(({ id }) => registry.deleteDevice(id));
      const comes = Array.from({ length: 4 }, () => untilFree(() => registry.createDevice(road), leaves));
      const next = (await Promise.all(comes)).filter((device) => device !== undefined);
      await leaves;
      expect(next).toHaveLength(1);
      expect(next[0]!.revision).toBeGreaterThan(last.revision + 1);
      expect((await registry.namedDevices([road.name]))[0]).toMatchObject({ revision: next[0]!.revision });
      last = next[0]!;
    }
  });

  test("of two devices that ask for each other's name at the same time, both are refused, and none waits for ever", async () => {
    const registry = open();
    const of = (name: string) => ({ name, profile: "default", attributes: {}, shared: {} });
    const [a, b] = [await registry.createDevice(of("swap a")), await registry.createDevice(of("swap b"))];
    for (let round = 0; round < 10; round++) {
      const ends = await Promise.allSettled([
        registry.updateDevice(a.id, { name: "swap b" }),
        registry.updateDevice(b.id, { name: "swap a" }),
      ]);
      for (const end of ends) expect(end).toMatchObject({ status: "rejected", reason: { code: "conflict" } });
    }
  });

  test("one transaction makes and deletes 20,000 devices", async () => {
    await pool().query(`insert into millrace.devices (id, name, profile, token, attributes, shared, client, created_at)
      select 'many' || n, 'many ' || n, 'default', 'token of many ' || n, '{}', '{}', '{}', now()
      from generate_series(1, 20000) n`);
    await pool().query("delete from millrace.devices where name like 'many %'");
    expect((await open().namedDevices(["many 1", "many 20000"])).map(({ revision }) => revision)).toEqual([
      2, 2,
    ]);
  }, 120_000);
}

/** Tries until the name is free; undefined where another one took it after `left`. */
async function untilFree<T>(create: () => Promise<T>, left: Promise<unknown>): Promise<T | undefined> {
  let isLeft = false;
  void left.then(() => {
    isLeft = true;
  });
  for (;;) {
    const wasLeft = isLeft;
    try {
      return await create();
    } catch (error) {
      if (!(error instanceof MillraceError) || error.code !== "conflict") throw error;
      if (wasLeft) return undefined;
    }
  }
}
