import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeadLetter } from "../../engine/model/dead-letter.ts";
import type { Flow } from "../../engine/model/flow.ts";
import { addDevice, ask, deployFlow, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser, seriousFindings } from "./chromium.ts";
import { screenshot } from "./screenshot.ts";

const slow = 120_000;
const patience = { timeout: 30_000 };

/** Saves a field that not every device sends. */
const flow: Flow = {
  id: "levels",
  name: "Tank levels",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "store", kind: "save", name: "Keep the level", config: { measurement: "tank", fields: ["level"] } },
  ],
  edges: [{ from: "in", output: "out", to: "store" }],
  layout: {},
};

describe("dead letters on the page", () => {
  const dir = tempFolder("letters");
  let product: Product;
  let browser: Browser;
  let device: { id: string; token: string };

  beforeAll(async () => {
    product = await startProduct({ dir });
    browser = await openBrowser();
  }, slow);
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    removeFolder(dir);
  });

  const open = async (hash: string) => {
    await browser.page.goto("about:blank");
    await browser.page.goto(`${product.http}/${hash}`);
  };
  const details = () => browser.page.getByRole("complementary", { name: "Details" });
  const row = (text: string) => browser.page.getByRole("row").filter({ hasText: text });
  const letters = async (query = "") =>
    (await ask<{ items: DeadLetter[] }>(`${product.http}/api/dead-letters?${query}`)).items;

  test("without any the page says what dead letters are", async () => {
    await open("#/dead-letters/");
    await browser.page.getByText("A dead letter is a message that could not be read").waitFor(patience);
    expect(await seriousFindings(browser.page)).toEqual([]);
  });

  test(
    "they are listed with what went wrong, the device, the flow and the step",
    async () => {
      await deployFlow(product.http, flow);
      device = await addDevice(product.http, { name: "tank-7" });
      const client = await connectAsync(product.mqtt, { username: device.token });
      const payloads = [
        '{"level": 41,}',
        '{"levle": 17}',
        Buffer.from([0xff, 0x00, 0x21]),
        '{"ts": "yesterday", "values": {"level": 12, "open": true}}',
        '{"level": 44,}',
        '{"level": 45,}',
      ];
      for (const payload of payloads)
        await client.publishAsync("v1/devices/me/telemetry", payload, { qos: 1 });
      await client.endAsync();
      await expect.poll(() => letters(), patience).toHaveLength(6);

      await row("A step failed at it").getByText("tank-7").waitFor(patience);
      await row("A step failed at it").getByText("Tank levels, Keep the level").waitFor();
      await expect.poll(() => row("Not readable as JSON").count()).toBe(3);
      await row("The bytes are no text").waitFor();
      await browser.page
        .getByRole("link", { name: /^Dead letters/ })
        .getByText("6")
        .waitFor(patience);
    },
    slow,
  );

  test("the canvas counts them at the step that failed, and leads to them", async () => {
    await open("#/flows/levels");
    const { page } = browser;
    const badge = page.locator(".react-flow__node-toolbar").getByRole("link", { name: "1 dead letter" });
    await badge.waitFor(patience);
    expect(await seriousFindings(page)).toEqual([]);
    await badge.click();
    await row("A step failed at it").waitFor(patience);
    expect(await row("Not readable as JSON").count()).toBe(0);
  });

  test(
    "what a step could not take is mended by form and goes on from that step",
    async () => {
      const { page } = browser;
      await row("A step failed at it").getByRole("link").click();
      await details().getByText("It goes on from the step “Keep the level”").waitFor(patience);
      await details().getByLabel("Name of value 1").fill("level");
      for (const scheme of ["light", "dark"] as const) await screenshot(page, "dead-letter", scheme);
      expect(await seriousFindings(page)).toEqual([]);
      await details().getByRole("button", { name: "Save and replay" }).click();
      await details()
        .getByText(/^Replayed .*\d/)
        .waitFor(patience);
      const latest = () =>
        ask<Record<string, { value: number }>>(`${product.http}/api/devices/${device.id}/latest`);
      await expect.poll(latest, patience).toMatchObject({ level: { value: 17 } });
    },
    slow,
  );

  test("a payload that is no JSON is mended as text, with the fault as one types", async () => {
    const { page } = browser;
    await open("#/dead-letters/");
    const [first] = (await letters("state=open&reason=invalid_json")).toReversed();
    await page.locator(`a[href*="${encodeURIComponent(first!.id)}"]`).click(patience);
    const text = details().getByLabel("Payload as JSON text");
    expect(await text.inputValue()).toBe('{"level": 41,}');
    await details()
      .getByText(/The payload is not JSON/)
      .first()
      .waitFor();
    expect(await details().getByRole("button", { name: "Replay" }).isDisabled()).toBe(true);
    await text.fill('{"level": 41}');
    await details().getByRole("button", { name: "As a form" }).click();
    expect(await details().getByLabel("Value of value 1").inputValue()).toBe("41");
    await details().getByRole("button", { name: "Save and replay" }).click();
    await expect.poll(async () => (await letters("state=replayed")).length, patience).toBe(2);
  });

  test("a time that cannot be read is mended in its field", async () => {
    await row("The time is not readable").getByRole("link").click(patience);
    const at = details().getByLabel("Measured at");
    expect(await at.inputValue()).toBe("yesterday");
    await details().getByText("Write a time such as").waitFor();
    await at.fill("2026-11-25T08:00:00Z");
    await details().getByRole("button", { name: "Save and replay" }).click();
    await expect.poll(async () => (await letters("state=replayed")).length, patience).toBe(3);
    expect((await letters("state=replayed&reason=invalid_timestamp"))[0]?.payload).toBe(
      JSON.stringify({ ts: Date.parse("2026-11-25T08:00:00Z"), values: { level: 12, open: true } }),
    );
  });

  test("many are replayed or discarded at once, and those that cannot be say why", async () => {
    const { page } = browser;
    await open("#/dead-letters/");
    await page.getByLabel("Choose all shown").check(patience);
    for (const scheme of ["light", "dark"] as const) await screenshot(page, "dead-letters", scheme);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Replay", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Replay 3 dead letters").waitFor();
    await dialog.getByRole("button", { name: "Replay" }).click();
    await dialog.getByText("3 cannot be replayed as they are").waitFor(patience);
    await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
    await page.getByRole("button", { name: "Discard all 3" }).click();
    await dialog.getByRole("button", { name: "Discard" }).click();
    await dialog.getByText("3 discarded.").waitFor(patience);
    await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
    await page.getByText("A dead letter is a message that could not be read").waitFor(patience);
    await expect.poll(async () => (await letters("state=discarded")).length).toBe(3);
  });

  test("the page complained of nothing", () => {
    expect(browser.complaints).toEqual([]);
  });
});
