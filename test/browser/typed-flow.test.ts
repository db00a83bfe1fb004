import { afterAll, beforeAll, expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { ask, freePorts, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser, seriousFindings } from "./chromium.ts";
import { flowPage } from "./flow-page.ts";

const slow = 120_000;
const patience = { timeout: 30_000 };
const fields = [
  { name: "speed", type: "number", unit: "km/h" },
  { name: "temperature", type: "number", unit: "°C" },
  { name: "lane", type: "text" },
];
const roads: Flow = {
  id: "roads",
  name: "Roads",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", name: "Loops", config: { profiles: ["loop"] } },
    {
      id: "slow",
      kind: "filter",
      name: "Slow only",
      config: { when: { all: [{ fact: "sped", operator: "lessThan", value: 30 }] } },
    },
    { id: "hand", kind: "flow", name: "Shared rules", config: { flow: "share" } },
  ],
  edges: [
    { from: "in", output: "out", to: "slow" },
    { from: "slow", output: "pass", to: "hand" },
  ],
  layout: { in: { x: 0, y: 0 }, slow: { x: 340, y: 0 }, hand: { x: 680, y: 0 } },
};
const shared: Flow = {
  id: "shared",
  name: "Shared",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: { from: "flows" } },
    {
      id: "jam",
      kind: "alert",
      config: {
        type: "Jam",
        severity: "major",
        raise: { all: [{ fact: "speed", operator: "lessThan", value: 30 }] },
      },
    },
  ],
  edges: [{ from: "in", to: "jam" }],
  layout: {},
};

const dir = tempFolder("typed");
let product: Product;
let browser: Browser;
const payload = (open: boolean) =>
  ask(`${product.http}/api/profiles/loop`, "PUT", { payload: { fields, open } });

beforeAll(async () => {
  product = await startProduct({ dir, env: await freePorts() });
  browser = await openBrowser();
  await payload(false);
  for (const flow of [shared, roads]) await ask(`${product.http}/api/flows/${flow.id}`, "PUT", flow);
}, slow);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  removeFolder(dir);
});

async function open() {
  await browser.page.goto(`${product.http}/#/flows/roads`);
  await browser.page.reload();
  await browser.page.getByRole("button", { name: /problem/ }).waitFor(patience);
}

test(
  "a field that no message has, and a flow that is not there, are named on their steps and beside their settings",
  async () => {
    const { page } = browser;
    const seen = flowPage(page);
    await open();
    await expect.poll(() => seen.node("slow").textContent(), patience).toContain('Did you mean "speed"?');
    await expect.poll(() => seen.node("hand").textContent()).toContain('There is no flow "share"');
    await seen.node("hand").click();
    const flow = seen.setting("Flow");
    await expect.poll(() => seen.details.textContent()).toContain('Did you mean "shared"?');
    await flow.click();
    await flow.fill("");
    await page.getByRole("option", { name: "shared" }).click();
    await expect.poll(() => seen.node("hand").textContent()).toContain("does not run");
    expect(await seriousFindings(page)).toEqual([]);
  },
  slow,
);

test(
  "the list of fields holds what the profile tells, with units, and nothing else where its payload is closed",
  async () => {
    const { page } = browser;
    const seen = flowPage(page);
    await open();
    await seen.node("slow").click();
    const field = seen.details.getByLabel(/^Field, /).first();
    await field.click();
    await field.fill("");
    const options = page.locator("[data-combobox-option]:visible");
    await expect
      .poll(() => options.allTextContents(), patience)
      .toEqual(["lane", "speedkm/h", "temperature°C"]);
    await page.screenshot({
      path: process.env.SHOT ? `${process.env.SHOT}-fields.png` : `${dir}/fields.png`,
    });
    await options.filter({ hasText: "speed" }).click();
    await expect.poll(() => seen.node("slow").textContent()).not.toContain("Did you mean");
  },
  slow,
);

test(
  "where devices may send other fields, an unknown one is only perhaps wrong, and the flow can be tried",
  async () => {
    const { page } = browser;
    const seen = flowPage(page);
    // What the page before still had to save must not come after.
    await seen.saved();
    await page.evaluate("localStorage.clear()");
    await page.goto("about:blank");
    await payload(true);
    const nodes = roads.nodes.filter(({ id }) => id !== "hand");
    const answer = await fetch(`${product.http}/api/flows/roads`, {
      method: "PUT",
      headers: { "content-type": "application/json", "if-match": "*" },
      body: JSON.stringify({ ...roads, nodes, edges: roads.edges.slice(0, 1) }),
    });
    expect(answer.status).toBe(200);
    await open();
    await page.getByRole("button", { name: "1 problem" }).click();
    await expect.poll(() => page.getByText("Perhaps wrong.").count(), patience).toBeGreaterThan(0);
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      if (process.env.SHOT) await page.screenshot({ path: `${process.env.SHOT}-${scheme}.png` });
      expect(await seriousFindings(page)).toEqual([]);
    }
    await page.keyboard.press("Escape");
    expect(await seen.node("slow").getByText("sped").count()).toBeGreaterThan(0);
    expect(browser.complaints).toEqual([]);
  },
  slow,
);
