import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { freeTcpPort, freeUdpPort } from "./support/free-port.ts";
import { startInflux } from "./support/influx.ts";
import { startPostgres } from "./support/postgres.ts";
import { startRedis } from "./support/redis.ts";
import { startServer } from "./support/server.ts";
import { startVictoria } from "./support/victoria.ts";

const servers = [
  ["Redis", startRedis],
  ["PostgreSQL", startPostgres],
  ["InfluxDB", startInflux],
  ["VictoriaMetrics", startVictoria],
] as const;

test.each(servers)(
  "%s starts, comes back after a kill in its place, and stops",
  { timeout: 180_000 },
  async (_name, start) => {
    const first = await start();
    expect(isAlive(first.pid)).toBe(true);
    await first.kill();
    expect(isAlive(first.pid)).toBe(false);
    const again = await start({ port: first.port, dir: first.dir });
    expect(again.url).toBe(first.url);
    await again.stop();
    expect(existsSync(first.dir)).toBe(true);
    await first.stop();
    expect([isAlive(again.pid), existsSync(first.dir)]).toEqual([false, false]);
  },
);

test("a missing program names its Debian package", async () => {
  const missing = startServer({
    program: "no-such-server",
    package: "some-package",
    place: {},
    args: () => [],
    url: () => "",
    ready: async () => {},
  });
  await expect(missing).rejects.toThrow("apt-get install some-package");
});

test("free ports are ports, and none is given twice", async () => {
  const ports = await Promise.all(
    Array.from({ length: 40 }, (_, i) => (i % 2 ? freeTcpPort() : freeUdpPort())),
  );
  expect(new Set(ports).size).toBe(40);
  for (const port of ports) expect(port).toBeGreaterThan(1023);
});

function isAlive(pid: number) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
