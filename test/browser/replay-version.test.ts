import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DeadLetter } from "../../engine/model/dead-letter.ts";
import type { Flow } from "../../engine/model/flow.ts";
import { addDevice, ask, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser, seriousFindings } from "./chromium.ts";

const slow = 120_000;
const patience = { timeout: 30_000 };
const startTs = 1_700_000_000_000;

/** Saves a field; the devices send `level`. */
const saving = (field: string, id = "store"): Flow => ({
  id: "levels",
  name: "Tank levels",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id, kind: "save", config: { measurement: "tank", fields: [field] } },
  ],
  edges: [{ from: "in", output: "out", to: id }],
  layout: {},
});

const dir = tempFolder("replay-version");
let product: Product;
let browser: Browser;
let client: MqttClient;
let device: string;

beforeAll(async () => {
  product = await startProduct({ dir });
  browser = await openBrowser();
  await freeze(saving("level"), "Keep the level");
  await freeze(saving("height"), "Rename the field");
  await freeze(saving("level", "keep"), "Another step");
  await ask(`${product.http}/api/flows/levels/deploy`, "POST", { version: 2, mode: "live" });
  const made = await addDevice(product.http, { name: "tank-7" });
  device = made.id;
  client = await connectAsync(product.mqtt, { username: made.token });
}, slow);
afterAll(async () => {
  await client?.endAsync();
  await browser?.close();
  await product?.stop();
  removeFolder(dir);
});

/** Makes it the draft, and a version. */
async function freeze(flow: Flow, message: string) {
  const place = `${product.http}/api/flows/levels`;
  const answer = await fetch(place);
  const etag = answer.headers.get("etag");
  await fetch(place, {
    method: "PUT",
    headers: { "content-type": "application/json", ...(answer.ok && etag && { "if-match": etag }) },
    body: JSON.stringify(flow),
  });
  await ask(`${place}/versions`, "POST", { message });
}

const send = (n: number) =>
  client.publishAsync("v1/devices/me/telemetry", JSON.stringify({ ts: startTs + n, values: { level: n } }), {
    qos: 1,
  });
const letters = async (query: string) =>
  (await ask<{ items: DeadLetter[] }>(`${product.http}/api/dead-letters?${query}`)).items;
async function levels() {
  const query = `device=${device}&key=level&from=${startTs}&to=${startTs + 1000}`;
  const { items } = await ask<{ items: { value: number }[] }>(`${product.http}/api/series?${query}`);
  return items.map(({ value }) => value);
}
const details = () => browser.page.getByRole("complementary", { name: "Details" });
const open = async (hash: string) => {
  await browser.page.goto("about:blank");
  await browser.page.goto(`${product.http}/${hash}`);
};

test(
  "a letter goes on in the version that was chosen for it, which can take it, and its effect comes",
  async () => {
    const { page } = browser;
    await send(1);
    await expect.poll(() => letters("state=open"), patience).toHaveLength(1);
    const [letter] = await letters("state=open");
    await open(`#/dead-letters/${encodeURIComponent(letter!.id)}`);
    const version = details().getByLabel("Version");
    await version.waitFor(patience);
    const offered = await version.locator("option").allTextContents();
    expect(offered[0]).toBe("The version that is live now: 2");
    expect(offered.slice(1)).toEqual([
      expect.stringMatching(/^Version 3 of .*\d: Another step$/),
      expect.stringMatching(/^Version 2 of .*\d: Rename the field$/),
      expect.stringMatching(/^Version 1 of .*\d: Keep the level$/),
    ]);
    expect(await version.inputValue()).toBe("");
    expect(await seriousFindings(page)).toEqual([]);

    await version.selectOption("3");
    await details().getByRole("button", { name: "Replay" }).click();
    await details()
      .getByRole("alert")
      .getByText(/Version 3 of flow "levels" has no node "store"/)
      .waitFor(patience);
    await version.selectOption("1");
    await details().getByRole("button", { name: "Replay" }).click();
    await details()
      .getByText(/^Replayed in version 1, .*\d/)
      .waitFor(patience);
    await expect.poll(levels, patience).toEqual([1]);
  },
  slow,
);

test(
  "without a choice it goes on in the live version, and fails again",
  async () => {
    await send(2);
    await expect.poll(() => letters("state=open"), patience).toHaveLength(1);
    const [letter] = await letters("state=open");
    await open(`#/dead-letters/${encodeURIComponent(letter!.id)}`);
    await details().getByRole("button", { name: "Replay" }).click(patience);
    await details().getByText("Its replay failed again").waitFor(patience);
    expect(await letters("state=open")).toMatchObject([{ replayOf: letter!.id, version: 2 }]);
    expect(await levels()).toEqual([1]);
  },
  slow,
);

test(
  "many of one flow go on in one chosen version; a choice of several flows has none",
  async () => {
    const { page } = browser;
    const dialog = page.getByRole("dialog");
    await client.publishAsync("v1/devices/me/telemetry", '{"level": 9,}', { qos: 1 });
    for (const n of [3, 4, 5]) await send(n);
    await expect.poll(() => letters("state=open"), patience).toHaveLength(5);
    await open("#/dead-letters/");
    await page.getByRole("button", { name: "Replay all 5" }).click(patience);
    await dialog.getByText("Replay 5 dead letters").waitFor();
    expect(await dialog.getByLabel("Version").count()).toBe(0);
    await dialog.getByRole("button", { name: "Cancel" }).click();

    await page.getByLabel("Flow").selectOption("levels");
    await page.getByRole("button", { name: "Replay all 4" }).click(patience);
    await dialog.getByLabel("Version").selectOption("1");
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Replay" }).click();
    await dialog.getByText("4 are on their way").waitFor(patience);
    await expect.poll(levels, patience).toEqual([1, 2, 3, 4, 5]);
    expect(await letters("state=open")).toMatchObject([{ reason: "invalid_json" }]);
    await expect
      .poll(() => letters("state=replayed&flow=levels&limit=4"), patience)
      .toMatchObject(Array.from({ length: 4 }, () => ({ replayVersion: 1 })));
  },
  slow,
);

test("the page complained of nothing but the refusal", () => {
  expect(browser.complaints.filter((text) => !text.includes("409"))).toEqual([]);
});
