import { afterAll, beforeAll, expect, test } from "vitest";
import type { Session } from "../../engine/model/host.ts";
import { DeviceHost } from "../../engine/pipeline/host.ts";
import { Intake } from "../../engine/pipeline/intake.ts";
import type { Backbone } from "../../engine/store/backbone/port.ts";
import { openPostgresBackbone } from "../../engine/store/backbone/postgres.ts";
import { openPglite, type Pglite } from "../../engine/store/pglite.ts";

let pool: Pglite;
let backbone: Backbone;
let host: DeviceHost;
beforeAll(async () => {
  pool = await openPglite({ dataDir: "memory://" });
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
