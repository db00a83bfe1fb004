import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { addDevice, deployFlow, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser, seriousFindings } from "./chromium.ts";
import { screenshot } from "./screenshot.ts";

const slow = 120_000;
const patience = { timeout: 30_000 };

const flow: Flow = {
  id: "speeds",
  name: "Speeds",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", name: "Detectors", config: {} },
    {
      id: "slow",
      kind: "filter",
      name: "Is it slow?",
      config: { when: { all: [{ fact: "speed", operator: "lessThan", value: 30 }] } },
    },
    { id: "kept", kind: "save", name: "Keep slow ones", config: { measurement: "slow", fields: ["speed"] } },
    { id: "lane", kind: "save", name: "Keep the lane", config: { measurement: "lane", fields: ["lane"] } },
  ],
  edges: [
    { from: "in", output: "out", to: "slow" },
    { from: "slow", output: "pass", to: "kept" },
    { from: "slow", output: "drop", to: "lane" },
  ],
  layout: {},
};

describe("messages on their way", () => {
  const dir = tempFolder("traces");
  let product: Product;
  let browser: Browser;
  let clients: MqttClient[] = [];
  let timer: NodeJS.Timeout;

  beforeAll(async () => {
    product = await startProduct({ dir });
    await deployFlow(product.http, flow);
    const names = ["detector-1", "detector-2"];
    const devices = await Promise.all(names.map((name) => addDevice(product.http, { name })));
    clients = await Promise.all(devices.map(({ token }) => connectAsync(product.mqtt, { username: token })));
    let n = 0;
    timer = setInterval(() => {
      n++;
      const [first, second] = clients as [MqttClient, MqttClient];
      first.publish("v1/devices/me/telemetry", JSON.stringify({ speed: 20 + (n % 20), lane: 1 }));
      // A fast one without a lane: the step that keeps lanes fails at it.
      second.publish("v1/devices/me/telemetry", JSON.stringify({ speed: 90 }));
    }, 20);
    browser = await openBrowser();
  }, slow);
  afterAll(async () => {
    clearInterval(timer);
    await Promise.all(clients.map((client) => client.endAsync(true)));
    await browser?.close();
    await product?.stop();
    removeFolder(dir);
  });

  const details = () => browser.page.getByRole("complementary", { name: "Details" });
  const rows = () => details().getByRole("list", { name: "Messages on their way" }).locator("> li");
  const opened = () => rows().filter({ has: browser.page.locator("button[aria-expanded=true]") });
  const node = (id: string) => browser.page.locator(`.react-flow__node[data-id="${id}"]`);

  test(
    "a sample of the messages that pass appears by itself",
    async () => {
      const { page } = browser;
      await page.goto(`${product.http}/#/flows/speeds`);
      await page.getByRole("button", { name: "Watch" }).click(patience);
      await expect.poll(() => rows().count(), patience).toBeGreaterThan(10);
      await rows().filter({ hasText: "detector-2" }).first().waitFor(patience);
    },
    slow,
  );

  test("the list is narrowed by text, failures, step, output and device", async () => {
    await details().getByLabel("Contains").fill("detector-1");
    await expect.poll(() => rows().filter({ hasText: "detector-2" }).count(), patience).toBe(0);
    await expect.poll(() => rows().count(), patience).toBeGreaterThan(0);
    await details().getByLabel("Contains").fill("");

    await details().getByLabel("Only failures").check();
    await expect.poll(() => rows().filter({ hasText: "detector-1" }).count(), patience).toBe(0);
    await details().getByLabel("Only failures").uncheck();

    await details().getByLabel("Came to the step").selectOption({ label: "Keep slow ones" });
    await expect.poll(() => rows().filter({ hasText: "detector-2" }).count(), patience).toBe(0);
    await expect.poll(() => rows().count(), patience).toBeGreaterThan(0);
    await details().getByLabel("Came to the step").selectOption({ label: "Every step" });

    await details().getByLabel("Left by").selectOption("drop");
    await expect.poll(() => rows().filter({ hasText: "Keep slow ones" }).count(), patience).toBe(0);
    await details().getByLabel("Left by").selectOption({ label: "Any way out" });

    const picker = details().getByRole("combobox", { name: "Device", exact: true });
    await picker.fill("tor-2");
    await browser.page.getByRole("option", { name: "detector-2" }).click();
    await rows().filter({ hasText: "detector-2" }).first().waitFor(patience);
    await expect.poll(() => rows().filter({ hasText: "detector-1" }).count(), patience).toBe(0);
  });

  test("an opened message shows what each step made of it, lights its path, and stops the list", async () => {
    const { page } = browser;
    // The list moves on under the pointer: it may miss a message, or open the one that has come to its place.
    const open = async () => {
      if ((await opened().count()) === 0) await rows().first().getByRole("button").first().click();
      return opened().count();
    };
    await expect.poll(open, patience).toBe(1);
    await details().getByText("Paused: new messages are not shown.").waitFor(patience);
    await opened()
      .getByText(/Nothing to save/)
      .waitFor();
    await node("lane").getByText("failed").waitFor();
    expect(await node("kept").locator("[data-aside='true']").count()).toBe(1);
    for (const scheme of ["light", "dark"] as const) await screenshot(page, "traces", scheme);
    expect(await seriousFindings(page)).toEqual([]);
    const before = await rows().count();
    await page.waitForTimeout(800);
    expect(await rows().count()).toBe(before);
  });

  test("from an opened message one goes to the step, and the list goes on", async () => {
    const { page } = browser;
    await opened().getByRole("button", { name: "Keep the lane", exact: true }).click();
    await expect.poll(() => page.url()).toContain("node=lane");
    await details().getByRole("button", { name: "Go on" }).click();
    const newest = () => rows().first().locator("time").textContent();
    const shown = await newest();
    await expect.poll(newest, patience).not.toBe(shown);
  });

  test("closing the panel gives the canvas back", async () => {
    await details().getByRole("button", { name: "Close details" }).click();
    await expect.poll(() => browser.page.locator("[data-aside='true']").count()).toBe(0);
  });

  test("the page complained of nothing", () => {
    expect(browser.complaints).toEqual([]);
  });
});
