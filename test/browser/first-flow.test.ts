import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { addDevice, ask, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser } from "./chromium.ts";
import { flowPage } from "./flow-page.ts";

const execute = promisify(execFile);
const slow = 120_000;
const patience = { timeout: 30_000 };

/** Publishes readings with times of their own: slow traffic for five minutes, then one that closes the window. */
async function sendSlowTraffic(product: Product, token: string) {
  const start = Math.floor(Date.now() / 300_000) * 300_000 - 600_000;
  const { hostname, port } = new URL(product.mqtt);
  for (const [after, speed] of [
    [0, 12],
    [60_000, 15],
    [400_000, 80],
  ] as const) {
    const payload = JSON.stringify({ ts: start + after, values: { speed } });
    const where = ["-h", hostname, "-p", port, "-u", token, "-t", "v1/devices/me/telemetry"];
    await execute("mosquitto_pub", [...where, "-q", "1", "-m", payload]);
  }
}

async function alarmsOf(product: Product, flow: string): Promise<unknown[]> {
  const { items } = await ask<{ items: { flow: string; type: string; severity: string }[] }>(
    `${product.http}/api/alarms`,
  );
  return items.filter((alarm) => alarm.flow === flow).map(({ type, severity }) => ({ type, severity }));
}

/** What both hands must have made, wherever they put it. */
const wanted = {
  nodes: [
    { id: "input", kind: "input", config: {} },
    {
      id: "aggregate",
      kind: "aggregate",
      config: { window: { size: "5m" }, values: [{ of: "speed", fn: "avg", as: "avgSpeed" }] },
    },
    {
      id: "alert",
      kind: "alert",
      config: {
        type: "Slow traffic",
        severity: "major",
        raise: { all: [{ fact: "avgSpeed", operator: "lessThan", value: 20 }] },
      },
    },
  ],
  edges: [
    { from: "input", output: "out", to: "aggregate" },
    { from: "aggregate", output: "window", to: "alert" },
  ],
};

describe.each(["mouse", "keyboard"] as const)("a person without a flow, by %s", (hand) => {
  const dir = tempFolder(`first-${hand}`);
  let product: Product;
  let browser: Browser;
  let device: { token: string };

  beforeAll(async () => {
    product = await startProduct({ dir });
    device = await addDevice(product.http, { name: "detector-1" });
    browser = await openBrowser();
    await browser.page.goto(`${product.http}/`);
    await browser.page.getByText("Your first flow").waitFor(patience);
  }, slow);
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    removeFolder(dir);
  });

  test(
    "draws the alarm for slow traffic",
    () => (hand === "mouse" ? byMouse(browser) : byKeyboard(browser)),
    slow,
  );

  test(
    "finds the draft at the server as it was drawn",
    async () => {
      await flowPage(browser.page).saved();
      const draft = await ask<Flow>(`${product.http}/api/flows/my-flow`);
      expect({ nodes: draft.nodes, edges: draft.edges }).toEqual(wanted);
      expect(Object.keys(draft.layout).sort()).toEqual(["aggregate", "alert", "input"]);
    },
    slow,
  );

  test(
    "tries it on two messages and sees the alarm that would be raised",
    async () => {
      const { page } = browser;
      const { details, node } = flowPage(page);
      await act(hand, page, "Try it");
      await details.getByLabel("speed of message 1").fill("12");
      await details.getByLabel("speed of message 2").fill("15");
      await details.getByText(/Alarm “Slow traffic” \(Major\) is raised \(avgSpeed 13.5/).waitFor(patience);
      await expect.poll(() => node("alert").locator('[data-path="true"]').count()).toBe(1);
      await page.keyboard.press("Escape");
      await expect.poll(() => details.count()).toBe(0);
    },
    slow,
  );

  test(
    "deploys it, and the traffic of a real device raises the alarm",
    async () => {
      const { page } = browser;
      await act(hand, page, "Deploy");
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("What is this version for?").fill("First try");
      await page.keyboard.press("Enter");
      await page.getByText("Version 1 is live").waitFor(patience);
      await expect.poll(() => flowPage(page).status.textContent()).toMatch(/no changes.*version 1 live/);
      await sendSlowTraffic(product, device.token);
      await expect
        .poll(() => alarmsOf(product, "my-flow"), patience)
        .toEqual([{ type: "Slow traffic", severity: "major" }]);
      await page.getByRole("link", { name: "Slow traffic", exact: true }).waitFor(patience);
    },
    slow,
  );

  test("the page complained of nothing", () => {
    expect(browser.complaints).toEqual([]);
  });
});

/** Does an action by its button, or by its name in the list of all actions. */
async function act(hand: "mouse" | "keyboard", page: Browser["page"], name: string) {
  if (hand === "mouse") return page.getByRole("button", { name, exact: true }).click();
  await flowPage(page).act(name);
}

async function byMouse({ page }: Browser) {
  const { details, node, pane, handle, setting, drag, edges, nodes } = flowPage(page);
  await page.getByRole("button", { name: /^Empty flow/ }).click();
  await page.getByRole("button", { name: "Add Input" }).click();
  await page.getByRole("button", { name: "Close details" }).click();
  const canvas = (await pane.boundingBox())!;
  await page
    .getByRole("option", { name: /^Aggregate/ })
    .dragTo(pane, { targetPosition: { x: canvas.width * 0.6, y: canvas.height * 0.7 } });
  await setting("Size").fill("5 min");
  await setting("Field").fill("speed");
  await setting("Function").selectOption({ label: "Avg" });
  await setting("As").fill("avgSpeed");
  await page.getByRole("button", { name: "Close details" }).click();
  await drag(handle("input", "out"), handle("aggregate"));
  await expect.poll(() => edges.count()).toBe(1);

  const output = (await handle("aggregate", "window").boundingBox())!;
  await drag(handle("aggregate", "window"), { x: output.x + 40, y: output.y - 240 });
  await page
    .getByRole("dialog")
    .getByRole("option", { name: /^Alert/ })
    .click();
  await expect.poll(() => nodes.count()).toBe(3);
  await setting("Alarm").fill("Slow traffic");
  await setting("Severity").selectOption({ label: "Major" });
  await details.getByLabel("Field, Raise when").fill("avgSpeed");
  await details.getByLabel("Value, Raise when", { exact: true }).fill("20");
  await details.getByText("avgSpeed is below 20", { exact: true }).waitFor();
  await page.getByText("No problems").waitFor();
  expect(await node("aggregate").textContent()).toContain("avg of speed over 5m");
  await page.getByRole("button", { name: "Close details" }).click();
}

/** Goes on with Tab until the focus is on what is called so. */
async function tabTo({ page }: Browser, name: RegExp) {
  const names: string[] = [];
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    const focused: string = await page.evaluate(`{
      const element = document.activeElement;
      element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent ?? "";
    }`);
    names.push(focused);
    if (name.test(focused)) return;
  }
  throw new Error(`Tab never came to ${name}; it passed ${names.join(" | ")}`);
}

async function byKeyboard(browser: Browser) {
  const { page } = browser;
  const { edges, nodes, details, act, ready } = flowPage(page);
  await tabTo(browser, /^Empty flow/);
  await page.keyboard.press("Enter");
  await page.getByText("An empty flow").waitFor();

  await tabTo(browser, /^Find a step to add/);
  await page.keyboard.type("input");
  await page.keyboard.press("Enter");
  await details.waitFor();
  await page.keyboard.press("Escape");
  await ready(page.getByLabel(/^Find a step to add/));
  await page.keyboard.type("aggr");
  await page.keyboard.press("Enter");
  await expect.poll(() => edges.count()).toBe(1);
  await tabTo(browser, /^Size/);
  await page.keyboard.type("5 min");
  await tabTo(browser, /^Field/);
  await page.keyboard.type("speed");
  await tabTo(browser, /^Function/);
  await page.keyboard.type("avg");
  await tabTo(browser, /^As/);
  await page.keyboard.type("avgSpeed");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect.poll(() => details.count()).toBe(0);

  // Not joined on the way: to be connected by the menu.
  await act("alert");
  await expect.poll(() => nodes.count()).toBe(3);
  await tabTo(browser, /^Alarm/);
  await page.keyboard.type("Slow traffic");
  await tabTo(browser, /^Severity/);
  await page.keyboard.type("Major");
  await tabTo(browser, /^Field, Raise when/);
  await page.keyboard.type("avgSpeed");
  await tabTo(browser, /^Value, Raise when/);
  await page.keyboard.type("20");
  await page.getByText("No problems").waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => details.count()).toBe(0);
  // The list that the step was chosen from is gone: the focus goes to the step.
  const focused = page.locator(".react-flow__node:focus");
  await expect.poll(() => focused.getAttribute("data-id"), patience).toBe("alert");
}
