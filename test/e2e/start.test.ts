import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyDatabase } from "../support/database-template.ts";
import { freeTcpPort } from "../support/free-port.ts";
import { ask, millrace, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

interface Items<T> {
  items: T[];
}

describe("a machine with nothing but Node", () => {
  const dir = tempFolder();
  afterAll(() => removeFolder(dir));

  test("the demo raises an alarm, its command is answered by the sign, and the series has points", async () => {
    const product = await startProduct({ dir, args: ["--demo"], fromNothing: true });
    try {
      const alarms = () =>
        ask<Items<{ id: string; type: string; device: string }>>(`${product.http}/api/alarms`);
      await expect
        .poll(async () => (await alarms()).items.length, { timeout: 120_000, interval: 500 })
        .toBeGreaterThan(0);
      const answered = () =>
        ask<Items<{ device: string; alarm: string; answer: unknown }>>(
          `${product.http}/api/commands?state=succeeded`,
        );
      await expect
        .poll(async () => (await answered()).items.length, { timeout: 60_000, interval: 500 })
        .toBeGreaterThan(0);
      const [command] = (await answered()).items;
      expect((await alarms()).items.map(({ id }) => id)).toContain(command!.alarm);
      const points = () =>
        ask<Items<unknown>>(`${product.http}/api/series?device=${command!.device}&key=speed`);
      await expect.poll(async () => (await points()).items.length).toBeGreaterThan(5);
    } finally {
      await product.stop();
    }
  }, 240_000);

  describe("started again", () => {
    let product: Product;
    beforeAll(async () => {
      product = await startProduct({ dir });
    });
    afterAll(() => product?.stop());

    test("devices, flows, alarms and points are still there", async () => {
      const alarms = await ask<Items<{ device: string }>>(`${product.http}/api/alarms`);
      expect(alarms.items.length).toBeGreaterThan(0);
      const { device } = alarms.items[0]!;
      expect((await ask<{ name: string }>(`${product.http}/api/devices/${device}`)).name).toBeTruthy();
      const points = await ask<Items<unknown>>(`${product.http}/api/series?device=${device}&key=speed`);
      expect(points.items.length).toBeGreaterThan(5);
      const flows = await ask<Items<{ live: number | null }>>(`${product.http}/api/flows`);
      expect(flows.items.filter(({ live }) => live !== null).length).toBe(3);
    });

    test("a second server on the same data is refused, and says who holds them", async () => {
      const second = await millrace(["start"], { MILLRACE_DATA_DIR: dir });
      expect(second.code).toBe(1);
      expect(second.stderr).toContain(`in use by process ${product.pid}`);
    });
  });
});

describe("a start that cannot be", () => {
  const dir = tempFolder();
  beforeAll(() => copyDatabase(join(dir, "database")));
  afterAll(() => removeFolder(dir));

  test("lists every wrong setting at once, by name", async () => {
    const { code, stderr } = await millrace(["start"], {
      MILLRACE_DATA_DIR: dir,
      MILLRACE_HTTP_PORT: "eighty",
      MILLRACE_LANES: "0",
      MILLRACE_REDIS_URL: "localhost:6379",
      MILLRACE_HOST: "0.0.0.0",
      MILLRACE_REDDIS_URL: "redis://127.0.0.1",
    });
    expect(code).toBe(1);
    for (const name of ["MILLRACE_HTTP_PORT", "MILLRACE_LANES", "MILLRACE_REDIS_URL", "MILLRACE_REDDIS_URL"])
      expect(stderr).toContain(`${name}:`);
  });

  test("a host beyond loopback is refused while signing in is off", async () => {
    const { code, stderr } = await millrace(["start"], { MILLRACE_DATA_DIR: dir, MILLRACE_HOST: "0.0.0.0" });
    expect(code).toBe(1);
    expect(stderr).toMatch(/MILLRACE_HOST: expected a loopback address/);
  });

  test.each(["MILLRACE_HTTP_PORT", "MILLRACE_MQTT_PORT"])(
    "a taken port is named with its setting (%s)",
    async (setting) => {
      const taken = createServer();
      const port = await new Promise<number>((resolve) => {
        taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { port: number }).port));
      });
      const free = { MILLRACE_HTTP_PORT: "0", MILLRACE_MQTT_PORT: "0", MILLRACE_COAP_PORT: "0" };
      const { code, stderr } = await millrace(["start"], {
        MILLRACE_DATA_DIR: dir,
        ...free,
        [setting]: `${port}`,
      });
      taken.close();
      expect(code).toBe(1);
      expect(stderr).toMatch(new RegExp(`Port ${port} of 127.0.0.1 is taken.*set ${setting} to a free port`));
    },
    60_000,
  );

  test.each(["/proc/x", "/dev/null/x"])("a data folder that cannot be made is named (%s)", async (folder) => {
    const { code, stderr } = await millrace(["start"], { MILLRACE_DATA_DIR: folder });
    expect(code).toBe(1);
    expect(stderr).toContain(`MILLRACE_DATA_DIR: the folder ${folder} cannot be made`);
  });

  test("a Redis that is not there is named, without its password", async () => {
    const port = await freeTcpPort();
    const { code, stderr } = await millrace(["start"], {
      MILLRACE_DATA_DIR: dir,
      MILLRACE_REDIS_URL: `redis://:s3cret@127.0.0.1:${port}`,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`Redis at redis://\\*\\*\\*@127.0.0.1:${port} does not answer.*MILLRACE_REDIS_URL`),
    );
    expect(stderr).not.toContain("s3cret");
  }, 120_000);
});

test("a wrong option ends with code 2 and says where help is", async () => {
  const { code, stderr } = await millrace(["start", "--dmeo"]);
  expect(code).toBe(2);
  expect(stderr).toContain("--help");
});
