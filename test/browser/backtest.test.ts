import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { type Sent, writeArchive } from "../support/archive.ts";
import { ask, freePorts, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser } from "./chromium.ts";
import { flowPage } from "./flow-page.ts";
import { patience, slow } from "./roads.ts";
import { screenshot } from "./screenshot.ts";

const jam = (value: number): Flow => ({
  id: "jams",
  name: "Jams",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", name: "All roads", config: {} },
    {
      id: "jam",
      kind: "alert",
      name: "Is it a jam?",
      config: {
        type: "Congestion",
        severity: "major",
        raise: { all: [{ fact: "speed", operator: "lessThan", value }] },
        clear: { all: [{ fact: "speed", operator: "greaterThan", value: 40 }] },
      },
    },
    {
      id: "sign",
      kind: "command",
      name: "Lower the limit",
      config: { method: "setLimit", params: { kmh: 40 } },
    },
    { id: "keep", kind: "save", name: "Keep", config: { measurement: "roads" } },
  ],
  edges: [
    { from: "in", output: "out", to: "jam" },
    { from: "jam", output: "raised", to: "sign" },
    { from: "in", output: "out", to: "keep" },
  ],
  layout: {
    in: { x: 0, y: 0 },
    jam: { x: 300, y: -60 },
    sign: { x: 600, y: -60 },
    keep: { x: 300, y: 100 },
  },
});

/** The last 50 minutes of six detectors: each slows down and recovers at its own times, some more than others. */
function history(): Sent[] {
  const sent: Sent[] = [];
  const end = Date.now() - 60_000;
  for (let at = end - 50 * 60_000; at < end; at += 10_000)
    for (let detector = 0; detector < 6; detector++) {
      const phase = (at / 60_000 + detector * 3.7) % (9 + detector);
      const depth = 50 - detector * 5;
      const dip = phase < 4 ? Math.sin((phase / 4) * Math.PI) * depth : 0;
      sent.push({ device: `d${detector}`, at, values: { speed: Math.round(58 - dip) } });
    }
  return sent;
}

const dir = tempFolder("backtest");
let product: Product;
let browser: Browser;
beforeAll(async () => {
  await writeArchive(join(dir, "archive"), history());
  product = await startProduct({ dir, env: await freePorts() });
  await ask(`${product.http}/api/flows/jams`, "PUT", jam(30));
  const { version } = await ask<{ version: number }>(`${product.http}/api/flows/jams/versions`, "POST", {});
  await ask(`${product.http}/api/flows/jams/deploy`, "POST", { version, mode: "live" });
  const answer = await fetch(`${product.http}/api/flows/jams`, {
    method: "PUT",
    headers: { "content-type": "application/json", "if-match": "*" },
    body: JSON.stringify(jam(20)),
  });
  expect(answer.status).toBe(200);
  browser = await openBrowser();
}, slow);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  removeFolder(dir);
});

test(
  "a draft is run over kept messages beside the live version, and a number of it is varied",
  async () => {
    const { page } = browser;
    const { details, nodes, node, saved } = flowPage(page);
    await page.goto(`${product.http}/#/flows/jams`);
    await nodes.nth(3).waitFor(patience);
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Backtest" }).click();
    await details.getByText(/^Kept: /).waitFor(patience);
    await details.getByRole("button", { name: "Run backtest" }).click();
    await details.getByText(/alarms fewer/).waitFor(patience);

    const headline = await details.getByText(/alarms fewer/).innerText();
    const [, fewer] = /^(\d+) alarms fewer/.exec(headline) ?? [];
    const [, gone] = /(\d+) gone/.exec(headline) ?? [];
    expect(Number(fewer)).toBeGreaterThan(3);
    expect(Number(gone)).toBe(Number(fewer));
    expect(headline).toMatch(/\d+ later/);
    expect(await details.getByRole("img", { name: /^Alarms raised over time/ }).count()).toBe(1);
    await details.getByRole("img", { name: /^Speed, roads/ }).waitFor(patience);
    await details.getByText("What would be otherwise").first().scrollIntoViewIfNeeded();
    await details.getByRole("img", { name: /^Speed, roads/ }).scrollIntoViewIfNeeded();
    await screenshot(page, "backtest", "light");
    await screenshot(page, "backtest", "dark");

    await details
      .getByRole("button", { name: /^Gone: Detector d4, Congestion/ })
      .first()
      .click();
    await expect.poll(() => node("jam").getAttribute("class")).toContain("selected");
    expect(await details.getByText(headline).count()).toBe(1);

    await details.getByText("What if", { exact: true }).click();
    const number = details.getByLabel("Number to vary");
    const raise = await number
      .locator("option")
      .filter({ hasText: "speed is below 20" })
      .getAttribute("value");
    await number.selectOption(raise!);
    await details.getByLabel("From", { exact: true }).fill("10");
    await details.getByLabel("To", { exact: true }).fill("40");
    await details.getByLabel("In steps of").fill("5");
    await details.getByRole("button", { name: "Draw the curve" }).click();
    await details.getByRole("img", { name: /^Alarms by Is it a jam/ }).waitFor(patience);
    await details.getByText("As a table").click();
    const rows = await details.locator("details tbody tr").allInnerTexts();
    const alarms = rows.map((row) => Number(row.split(/\s+/)[1]));
    expect(alarms).toHaveLength(7);
    expect(alarms).toEqual(alarms.toSorted((a, b) => a - b));
    expect(alarms[6]).toBeGreaterThan(alarms[0]!);
    await screenshot(page, "what-if", "light");
    await screenshot(page, "what-if", "dark");

    await details.getByRole("button", { name: "Use 25" }).click();
    await saved();
    const draft = await ask<Flow>(`${product.http}/api/flows/jams`);
    expect(draft.nodes[1]?.config).toMatchObject({ raise: { all: [{ value: 25 }] } });
    expect(browser.complaints).toEqual([]);
  },
  slow,
);
