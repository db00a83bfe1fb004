import { afterAll, beforeAll, expect, test } from "vitest";
import type { DeviceContext } from "../../engine/model/device.ts";
import type { Session } from "../../engine/model/host.ts";
import { contextsOf, KnownDevices } from "../../engine/pipeline/devices.ts";
import { DeviceHost } from "../../engine/pipeline/host.ts";
import { Intake } from "../../engine/pipeline/intake.ts";
import type { Backbone } from "../../engine/store/backbone/port.ts";
import { openPostgresBackbone } from "../../engine/store/backbone/postgres.ts";
import type { Pglite } from "../../engine/store/pglite.ts";
import { openDatabase } from "../support/database-template.ts";

let pool: Pglite;
let backbone: Backbone;
let host: DeviceHost;
beforeAll(async () => {
  pool = await openDatabase();
  backbone = await openPostgresBackbone({ pool, lanes: 1, embedded: true, log: () => {} });
  const log = () => {};
  const intake = new Intake(backbone, log);
  const { registry } = pool;
  host = new DeviceHost({ backbone, registry, intake, count: () => {}, log, lookAgainMs: 100 });
});
afterAll(async () => {
  host.close();
  await backbone.close();
  await pool.end();
});

test("a change, a new class and a deletion that nobody announced are found", async () => {
  const { registry } = pool;
  await registry.putProfile({ name: "quiet", class: "industrial", description: "" });
  const made = await registry.createDevice({ name: "q1", profile: "quiet", attributes: {}, shared: {} });
  const session = (await host.authenticate(made.token)) as Session & { class: string; context: object };
  expect(session).toMatchObject({ class: "industrial", context: { attributes: {} } });
  let revoked = 0;
  host.watch(session, { revoked: () => void revoked++ });

  await registry.mergeAttributes(made.id, "server", { road: "A9" });
  await expect.poll(() => session.context).toMatchObject({ attributes: { road: "A9" } });
  await registry.putProfile({ name: "quiet", class: "consumer", description: "" });
  await expect.poll(() => session.class).toBe("consumer");
  expect(revoked).toBe(0);
  await registry.deleteDevice(made.id);
  await expect.poll(() => revoked).toBe(1);
  expect(await host.authenticate(made.token)).toBeUndefined();
});

test("what another device is, that one names, is told with it, however that one changes", async () => {
  const { registry } = pool;
  const detector = await registry.createDevice({
    name: "det 1",
    profile: "default",
    attributes: { road: "A1", note: "det 1" },
    shared: { site: "Nowhere" },
  });
  await registry.mergeAttributes(detector.id, "client", { claimed: "A1" });
  const session = (await host.authenticate(detector.token)) as Session & { context: DeviceContext };
  expect(session.context.related).toBeUndefined();

  const seen: number[] = [];
  const next = async (related: DeviceContext["related"]) => {
    await expect.poll(() => session.context.related).toEqual(related);
    seen.push(session.context.relatedRevision!);
  };
  const road = { name: "A1", profile: "default", token: "road-token", shared: { lanes: 2 } };
  const made = await registry.createDevice({ ...road, attributes: { limit: 80 } });
  await next({ road: { name: "A1", profile: "default", attributes: { lanes: 2, limit: 80 } } });
  await registry.mergeAttributes(made.id, "server", { limit: 60 });
  await next({ road: { name: "A1", profile: "default", attributes: { lanes: 2, limit: 60 } } });
  await registry.deleteDevice(made.id);
  await next(undefined);
  const other = await registry.createDevice({ ...road, attributes: {} });
  await next({ road: { name: "A1", profile: "default", attributes: { lanes: 2 } } });
  await registry.updateDevice(other.id, { name: "A2" });
  await next(undefined);
  await registry.updateDevice(detector.id, { attributes: { road: "A2" } });
  await expect.poll(() => session.context.related?.road?.name).toBe("A2");

  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(new Set(seen).size).toBe(seen.length);
  const contexts = await contextsOf([(await registry.device(detector.id))!], registry);
  expect(contexts.get(detector.id)).toEqual(session.context);
});

test("of a device that names many, the first ten are told, and none with more than 16 KB", async () => {
  const { registry } = pool;
  const names = Array.from({ length: 12 }, (_, index) => `part ${index}`);
  for (const name of names)
    await registry.createDevice({ name, profile: "default", attributes: { a: 1 }, shared: {} });
  await registry.createDevice({
    name: "large",
    profile: "default",
    attributes: { text: "x".repeat(17_000) },
    shared: {},
  });
  const naming = names.map((name, index) => [`p${String(index).padStart(2, "0")}`, name] as const);
  const { token } = await registry.createDevice({
    name: "whole",
    profile: "default",
    attributes: { a: "large", ...Object.fromEntries(naming) },
    shared: {},
  });
  const session = (await host.authenticate(token)) as Session & { context: DeviceContext };
  const related = session.context.related!;
  expect(Object.keys(related)).toEqual(["a", ...naming.slice(0, 9).map(([attribute]) => attribute)]);
  expect(related.a).toEqual({ name: "large", profile: "default", attributes: {} });
});

test("devices that come in one turn of the event loop are one question", async () => {
  const { registry } = pool;
  const made = await Promise.all(
    ["r1", "r2", "r3"].map((name) =>
      registry.createDevice({ name, profile: "default", attributes: {}, shared: {} }),
    ),
  );
  const asked: string[][] = [];
  const counting: typeof registry = Object.assign(Object.create(registry), {
    devicesByToken: (tokens: string[]) => asked.push(tokens) && registry.devicesByToken(tokens),
  });
  const known = new KnownDevices(counting);
  const tokens = [...made.map(({ token }) => token), "nobody's"];
  const found = await Promise.all(tokens.map((token) => known.byToken(token)));
  expect(found.map((device) => device?.name)).toEqual(["r1", "r2", "r3", undefined]);
  expect(asked).toEqual([tokens]);
  await Promise.all(tokens.map((token) => known.byToken(token)));
  expect(asked).toEqual([tokens, ["nobody's"]]);
});
