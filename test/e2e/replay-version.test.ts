import { connectAsync } from "mqtt";
import { describe, expect, test } from "vitest";
import type { DeadLetter } from "../../engine/model/dead-letter.ts";
import { allTime, came, due, failing, type Kept, readings } from "../support/failing-flow.ts";
import { installations } from "../support/installations.ts";
import { addDevice, ask, freePorts, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const perDevice = 150;
const patience = { timeout: 60_000, interval: 250 };

type Letters = { items: DeadLetter[]; next: string | null };

describe.each(installations)("replays in a chosen version on $name", ({ open }) => {
  test("take effect once each and in order, through kill -9 and requests for another version; the live one stays", async () => {
    const [{ env: servers, close }, dir] = [await open(), tempFolder()];
    const options = { dir, env: { MILLRACE_LANES: "2", ...servers, ...(await freePorts()) } };
    let product: Product = await startProduct(options);
    const api = <T>(path: string, method?: string, body?: unknown) =>
      ask<T>(`${product.http}/api/${path}`, method, body);
    try {
      const place = "flows/failing";
      await api(place, "PUT", failing(true));
      await api(`${place}/versions`, "POST", {});
      const headers = { "content-type": "application/json", "if-match": "*" };
      const body = JSON.stringify(failing(false));
      await fetch(`${product.http}/api/${place}`, { method: "PUT", headers, body });
      await api(`${place}/versions`, "POST", {});
      await api(`${place}/deploy`, "POST", { version: 2 });
      const devices = await Promise.all(
        ["a", "b", "c", "d"].map((road) => addDevice(product.http, { name: road, attributes: { road } })),
      );
      const send = async (token: string, all: ReturnType<typeof readings>) => {
        const client = await connectAsync(product.mqtt, { username: token });
        for (const { ts, n, mark } of all) {
          const payload = JSON.stringify({ ts, values: { n, mark } });
          await client.publishAsync("v1/devices/me/telemetry", payload, { qos: 1 });
        }
        await client.endAsync();
      };
      await Promise.all(devices.map(({ token }) => send(token, readings(perDevice))));
      const count = devices.length * (perDevice + 1);
      const letters = async (query: string) => {
        const found: DeadLetter[] = [];
        for (let cursor = ""; ; ) {
          const more = cursor && `&cursor=${cursor}`;
          const page = await api<Letters>(`dead-letters?limit=500&brief=true&${query}${more}`);
          found.push(...page.items);
          if (!page.next) return found;
          cursor = page.next;
        }
      };
      const number = async (query: string) => (await letters(query)).length;
      await expect.poll(() => number("state=open&flow=failing"), patience).toBe(count);

      const replayAll = (version: number) =>
        api<{ count: number }>("dead-letters/replay", "POST", { filter: { flow: "failing" }, version });
      const again = async () => {
        await product.kill();
        product = await startProduct(options);
        // They are on their way, so that nothing is left to be sent in another version.
        expect(await replayAll(2)).toMatchObject({ count: 0 });
      };
      expect(await replayAll(1)).toMatchObject({ count, refusedCount: 0 });
      await again();
      await expect.poll(() => number("state=replayed"), patience).toBeGreaterThan(0);
      expect(await number("state=replaying")).toBeGreaterThan(0);
      await again();
      await expect.poll(() => number("state=replaying"), patience).toBe(0);
      expect(await letters("state=replayed")).toEqual(
        Array.from({ length: count }, () => expect.objectContaining({ replayVersion: 1, again: null })),
      );

      // Each lane has taken all that was sent into it before once it fails at this; in the version that is live.
      await Promise.all(devices.map(({ token }) => send(token, readings(1).slice(0, 1))));
      await expect.poll(() => number("state=open"), patience).toBe(devices.length);
      expect((await letters("state=open")).map(({ version }) => version)).toEqual(devices.map(() => 2));

      const items = async <T>(path: string) => (await api<{ items: T[] }>(path)).items;
      const kept: Kept = {
        async values(device, key, measurement) {
          const query = new URLSearchParams({ device, key, measurement, ...texts(allTime) });
          return (await items<{ value: number }>(`series?${query}`)).map(({ value }) => value);
        },
        alarms: (device) => items(`alarms?limit=500&device=${device}`),
        commands: (device) => items(`commands?limit=500&device=${device}`),
      };
      for (const [index, { id }] of devices.entries())
        await expect.poll(() => came(kept, id, "abcd"[index]!), patience).toEqual(due(perDevice));
    } finally {
      await product.stop();
      await close();
      removeFolder(dir);
    }
  }, 600_000);
});

const texts = (numbers: Record<string, number>) =>
  Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)]));
