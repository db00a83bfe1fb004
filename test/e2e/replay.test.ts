import { connectAsync } from "mqtt";
import { describe, expect, test } from "vitest";
import type { DeadLetter } from "../../engine/model/dead-letter.ts";
import type { Flow } from "../../engine/model/flow.ts";
import { installations } from "../support/installations.ts";
import { addDevice, ask, deployFlow, freePorts, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const perDevice = 100;
const startTs = 1_700_000_000_000;

/** Saves each reading with its distance to the one before, which tells what is lost, doubled or out of order. */
const flow = (field: string): Flow => ({
  id: "steps",
  name: "Steps",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "step", kind: "enrich", config: { delta: [{ of: "n", as: "change" }] } },
    { id: "kept", kind: "save", config: { measurement: "steps", fields: ["n", "change"] } },
    { id: "half", kind: "save", config: { measurement: "half", fields: [field] } },
  ],
  edges: [
    { from: "in", output: "out", to: "step" },
    { from: "step", output: "out", to: "kept" },
    { from: "step", output: "out", to: "half" },
  ],
  layout: {},
});

/** The same without the second way out. */
const whole: Flow = {
  ...flow("n"),
  nodes: flow("n").nodes.filter(({ id }) => id !== "half"),
  edges: flow("n").edges.filter(({ to }) => to !== "half"),
};

const reading = (n: number) => JSON.stringify({ ts: startTs + n, values: { n } });
const bad = (n: number) => `${reading(n).slice(0, -1)},}`;
type Letters = { items: DeadLetter[]; next: string | null };

describe.each(installations)("dead letters on $name", ({ open }) => {
  test("replays take effect once each and in order, through kill -9 and repeated requests", async () => {
    const [{ env: servers, close }, dir] = [await open(), tempFolder()];
    const options = { dir, env: { MILLRACE_LANES: "2", ...servers, ...(await freePorts()) } };
    let product: Product = await startProduct(options);
    const url = () => `${product.http}/api/dead-letters`;
    try {
      await deployFlow(product.http, whole);
      const devices = await Promise.all(["a", "b", "c"].map((name) => addDevice(product.http, { name })));
      for (const { token } of devices) {
        const client = await connectAsync(product.mqtt, { username: token });
        await client.publishAsync("v1/devices/me/telemetry", reading(0), { qos: 1 });
        for (let n = 1; n <= perDevice; n++)
          await client.publishAsync("v1/devices/me/telemetry", bad(n), { qos: 1 });
        await client.endAsync();
      }
      const all = async (query: string) => {
        const found: DeadLetter[] = [];
        for (let cursor = ""; ; ) {
          const page = await ask<Letters>(`${url()}?limit=500&${query}${cursor && `&cursor=${cursor}`}`);
          found.push(...page.items);
          if (!page.next) return found;
          cursor = page.next;
        }
      };
      const count = devices.length * perDevice;
      await expect
        .poll(async () => (await all("brief=true")).length, { timeout: 60_000, interval: 250 })
        .toBe(count);
      for (const { id, raw } of await all("")) {
        const payload = Buffer.from(raw!, "base64").toString().replace(",}", "}");
        await ask(`${url()}/${id}`, "PATCH", { payload });
      }

      const replayAll = () => ask<{ count: number }>(`${url()}/replay`, "POST", { filter: {} });
      const again = async () => {
        await product.kill();
        product = await startProduct(options);
        return replayAll();
      };
      expect((await replayAll()).count).toBe(count);
      expect((await again()).count).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect((await again()).count).toBe(0);
      await expect
        .poll(async () => (await all("state=replaying&brief=true")).length, {
          timeout: 60_000,
          interval: 250,
        })
        .toBe(0);
      expect(await all("state=replayed&brief=true")).toHaveLength(count);
      // Each lane has taken all that was sent into it before, once or twice, when this one is a letter.
      for (const { token } of devices) {
        const client = await connectAsync(product.mqtt, { username: token });
        await client.publishAsync("v1/devices/me/telemetry", bad(perDevice + 1), { qos: 1 });
        await client.endAsync();
      }
      await expect.poll(() => all("state=open&brief=true")).toHaveLength(devices.length);
      for (const { id } of devices) {
        const query = `device=${id}&from=${startTs}&to=${startTs + perDevice + 1}&limit=5000`;
        const values = async (key: string) =>
          (
            await ask<{ items: { value: number }[] }>(`${product.http}/api/series?key=${key}&${query}`)
          ).items.map(({ value }) => value);
        await expect
          .poll(async () => (await values("n")).length, { timeout: 60_000, interval: 250 })
          .toBe(perDevice + 1);
        expect(await values("change")).toEqual(Array.from({ length: perDevice }, () => 1));
      }
      const metrics = await (await fetch(`${product.http}/metrics`)).text();
      expect(metrics).toMatch(/millrace_dead_letters_replayed_total\{result="passed"\} \d+/);
    } finally {
      await product.stop();
      await close();
      removeFolder(dir);
    }
  }, 600_000);

  test("a message at which a node failed fails again until a version is deployed that takes it", async () => {
    const [{ env: servers, close }, dir] = [await open(), tempFolder()];
    const product = await startProduct({ dir, env: { MILLRACE_LANES: "2", ...servers } });
    const url = `${product.http}/api/dead-letters`;
    try {
      await deployFlow(product.http, flow("nowhere"));
      const { id: device, token } = await addDevice(product.http, { name: "a" });
      const client = await connectAsync(product.mqtt, { username: token });
      await client.publishAsync("v1/devices/me/telemetry", reading(1), { qos: 1 });
      await client.endAsync();
      const one = async (query: string) => (await ask<Letters>(`${url}?${query}`)).items[0];
      await expect.poll(() => one("state=open")).toBeTruthy();
      const first = (await one("state=open"))!;
      expect(first).toMatchObject({ reason: "node_failed", node: "half", deviceName: "a" });
      await ask(`${url}/${first.id}/replay`, "POST");
      await expect.poll(async () => (await ask<DeadLetter>(`${url}/${first.id}`)).again).toBeTruthy();
      const second = (await one("state=open"))!;
      expect(second).toMatchObject({ replayOf: first.id, reason: "node_failed" });

      const draft = await fetch(`${product.http}/api/flows/steps`);
      await fetch(`${product.http}/api/flows/steps`, {
        method: "PUT",
        headers: { "content-type": "application/json", "if-match": draft.headers.get("etag")! },
        body: JSON.stringify(flow("n")),
      });
      const { version } = await ask<{ version: number }>(
        `${product.http}/api/flows/steps/versions`,
        "POST",
        {},
      );
      await ask(`${product.http}/api/flows/steps/deploy`, "POST", { version });
      await ask(`${url}/${second.id}/replay`, "POST");
      await expect.poll(async () => (await ask<DeadLetter>(`${url}/${second.id}`)).state).toBe("replayed");
      expect(await one("state=open")).toBeUndefined();
      const latest = () =>
        ask<Record<string, { value: number }>>(`${product.http}/api/devices/${device}/latest`);
      await expect.poll(latest).toMatchObject({ n: { value: 1 } });
    } finally {
      await product.stop();
      await close();
      removeFolder(dir);
    }
  }, 120_000);
});
