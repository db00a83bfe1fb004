import { describe, expect, test } from "vitest";
import { installations } from "../support/installations.ts";
import { closingReading, dayMs, ledger, type Reading, readingAt, startTs } from "../support/ledger.ts";
import { addDevice, ask, deployFlow, freePorts, type Product, startProduct } from "../support/product.ts";
import { SteadyPublisher } from "../support/steady-publisher.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const devices = 20;
const perDevice = 1000;
const kills = 3;
/** Acknowledged by all devices together; what remains after the last kill is far more. */
const betweenKills = 2000;
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
      /** Once all are connected again, and messages pass. */
      const inTraffic = async () => {
        const enough = acknowledged() + betweenKills;
        const isSo = () => acknowledged() >= enough && publishers.every(({ isConnected }) => isConnected);
        await expect.poll(isSo, { timeout: 60_000, interval: 10 }).toBe(true);
      };
      const killed = (async () => {
        for (let kill = 0; kill < kills; kill++) {
          await inTraffic();
          await product.kill();
          product = await startProduct(options);
        }
      })();
      // Spread over the time of the kills, so that messages are under way at each of them.
      for (let n = 1; n <= perDevice; n++) {
        for (const one of publishers) one.publish(payloadOf(readingAt(n, perDevice + 1)));
        await new Promise((resolve) => setTimeout(resolve, 4));
      }
      await killed;
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
        await expect.poll(() => values("messages"), { timeout: 20_000 }).toEqual([perDevice]);
        expect(await values("total")).toEqual([(perDevice * (perDevice + 1)) / 2]);
        expect(await values("last")).toEqual([perDevice]);
        expect(await values("n")).toEqual(Array.from({ length: perDevice + 1 }, (_, index) => index + 1));
      }
    } finally {
      await product.stop();
      await close();
      removeFolder(dir);
    }
  }, 240_000);
});
