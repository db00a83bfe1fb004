import { describe, expect, test } from "vitest";
import { installations } from "../support/installations.ts";
import { closingReading, dayMs, ledger, type Reading, readingAt, startTs } from "../support/ledger.ts";
import { addDevice, ask, deployFlow, freePorts, type Product, startProduct } from "../support/product.ts";
import { SteadyPublisher } from "../support/steady-publisher.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const devices = 20;
const perDevice = 1000;
const kills = 3;
/** Each share goes out after a start, so that there is traffic to be killed in, however long the start took. */
const share = perDevice / (kills + 1);
/** Acknowledged of a share, by all devices together, when the kill comes. */
const untilKill = 2000;
const payloadOf = ({ ts, n, mark }: Reading) => JSON.stringify({ ts, values: { n, mark } });

describe.each(installations)("kill -9 while 20,000 messages are published ($name)", ({ open }) => {
  test("every acknowledged message has its effects, none twice", async () => {
    const { env: servers, close } = await open();
    const dir = tempFolder();
    const options = { dir, env: { ...servers, ...(await freePorts()) } };
    let product: Product = await startProduct(options);
    try {
      await deployFlow(product.http, ledger);
      const made = await Promise.all(
        Array.from({ length: devices }, (_, index) => addDevice(product.http, { name: `ledger-${index}` })),
      );
      const publishers = made.map(
        ({ token }) => new SteadyPublisher({ url: product.mqtt, token, window: 40 }),
      );
      const acknowledged = () => publishers.reduce((sum, one) => sum + one.acknowledged, 0);
      /** Once all are connected, and messages pass. */
      const inTraffic = async () => {
        const enough = acknowledged() + untilKill;
        const missing = () => ({
          messages: Math.max(0, enough - acknowledged()),
          connections: publishers.filter(({ isConnected }) => !isConnected).length,
        });
        await expect
          .poll(missing, { timeout: 60_000, interval: 10 })
          .toEqual({ messages: 0, connections: 0 });
      };
      for (let n = 1; n <= perDevice; n++) {
        for (const one of publishers) one.publish(payloadOf(readingAt(n, perDevice + 1)));
        if (n % share || n === perDevice) continue;
        await inTraffic();
        await product.kill();
        product = await startProduct(options);
      }
      // A reading of the next day closes the window.
      for (const one of publishers) one.publish(payloadOf(closingReading(perDevice + 1)));
      await Promise.all(publishers.map((one) => one.settled()));
      for (const one of publishers) one.end();
      // Where the machine is so busy that an acknowledgement is held for long, connections break in between, too.
      expect(Math.min(...publishers.map(({ breaks }) => breaks))).toBeGreaterThanOrEqual(kills);
      expect(publishers.reduce((sum, { repeated }) => sum + repeated, 0)).toBeGreaterThan(0);

      for (const { id } of made) {
        const values = async (key: string) => {
          const query = `device=${id}&key=${key}&from=${startTs}&to=${startTs + dayMs + 1}`;
          const { items } = await ask<{ items: { value: number }[] }>(`${product.http}/api/series?${query}`);
          return items.map(({ value }) => value);
        };
        await expect.poll(() => values("messages")).toEqual([perDevice]);
        expect(await values("total")).toEqual([(perDevice * (perDevice + 1)) / 2]);
        expect(await values("last")).toEqual([perDevice]);
        expect(await values("n")).toEqual(Array.from({ length: perDevice + 1 }, (_, index) => index + 1));
      }
    } finally {
      await product.stop();
      await close();
      removeFolder(dir);
    }
  }, 480_000);
});
