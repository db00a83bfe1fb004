import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { ask, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser, seriousFindings } from "./chromium.ts";
import { flowPage } from "./flow-page.ts";
import { screenshot } from "./screenshot.ts";

const slow = 120_000;
const patience = { timeout: 30_000 };

const flow: Flow = {
  id: "cold",
  name: "Cold store",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", name: "Cells", config: {} },
    {
      id: "mean",
      kind: "aggregate",
      name: "Mean of a minute",
      config: {
        window: { type: "tumbling", size: "1m" },
        by: "device",
        values: [{ of: "temperature", fn: "avg", as: "mean" }],
      },
    },
    {
      id: "warm",
      kind: "alert",
      name: "Too warm?",
      config: {
        type: "Too warm",
        severity: "major",
        raise: { all: [{ fact: "mean", operator: "greaterThan", value: 8 }] },
        clear: { all: [{ fact: "mean", operator: "lessThan", value: 6 }] },
      },
    },
  ],
  edges: [
    { from: "in", output: "out", to: "mean" },
    { from: "mean", output: "window", to: "warm" },
  ],
  layout: {},
};

describe("test cases and the clock of a trial", () => {
  const dir = tempFolder("cases");
  let product: Product;
  let browser: Browser;

  beforeAll(async () => {
    product = await startProduct({ dir });
    await ask(`${product.http}/api/flows/cold`, "PUT", flow);
    browser = await openBrowser();
  }, slow);
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    removeFolder(dir);
  });

  const details = () => browser.page.getByRole("complementary", { name: "Details" });
  const cases = () => ask<{ title: string; expect: object }[]>(`${product.http}/api/flows/cold/cases`);

  test(
    "stepping the clock closes the window, and the alarm that would be raised appears",
    async () => {
      const { page } = browser;
      await page.goto(`${product.http}/#/flows/cold`);
      await page.getByRole("button", { name: "Try it" }).click(patience);
      await details().getByLabel("temperature of message 1").fill("9");
      await details().getByLabel("temperature of message 2").fill("10");
      await details().getByLabel("Time of message 2").fill("30s");
      await details().getByRole("button", { name: "Back to the last message" }).click();
      await details()
        .getByText(/0 milliseconds after the last message/)
        .waitFor(patience);
      expect(
        await details()
          .getByText(/Alarm “Too warm” \(\w+\) is raised/)
          .count(),
      ).toBe(0);
      await details().getByRole("button", { name: "+ 1 minute" }).click();
      await details().getByRole("button", { name: "+ 10 seconds" }).click();
      await details()
        .getByText(/70 seconds|1.2 minutes/)
        .first()
        .waitFor(patience);
      await details()
        .getByText(/Alarm “Too warm” \(\w+\) is raised/)
        .first()
        .waitFor(patience);
    },
    slow,
  );

  test("what a step remembers is shown before and after, as a table", async () => {
    const step = details().locator("details").filter({ hasText: "Mean of a minute" }).first();
    await step.locator("summary").first().click();
    await step.getByText("before and after").last().click();
    const table = step.getByRole("table").last();
    await table.getByRole("columnheader", { name: "After" }).waitFor(patience);
    expect(await table.getByRole("row").count()).toBeGreaterThan(1);
    expect(await step.textContent()).not.toContain("{");
    await table.scrollIntoViewIfNeeded();
    for (const scheme of ["light", "dark"] as const) await screenshot(browser.page, "trial-memory", scheme);
    expect(await seriousFindings(browser.page)).toEqual([]);
  });

  test("a trial becomes a test case in one click, which passes", async () => {
    expect(await details().getByLabel("Keep this trial as a test case").inputValue()).toBe("Too warm");
    await details().getByRole("button", { name: "Save as test case" }).click();
    await details().getByText("1 test case, and it passes").waitFor(patience);
    expect(await cases()).toMatchObject([
      { title: "Too warm", expect: { alarms: [{ type: "Too warm", severity: "major" }], deadLetters: [] } },
    ]);
  });

  test(
    "a change of the flow that breaks the case shows at once, with the first difference in words and the path",
    async () => {
      const { page } = browser;
      const draft = await fetch(`${product.http}/api/flows/cold`);
      const changed = structuredClone(flow);
      changed.nodes[2]!.config.severity = "minor";
      await fetch(`${product.http}/api/flows/cold`, {
        method: "PUT",
        headers: { "content-type": "application/json", "if-match": draft.headers.get("etag")! },
        body: JSON.stringify(changed),
      });
      await page.reload();
      await page.getByRole("button", { name: "Try it" }).click(patience);
      await details().getByText("Alarm 1, Severity: should be Major, but it is Minor").waitFor(patience);
      await details()
        .getByRole("button", { name: /Too warm$/ })
        .first()
        .click();
      await details().getByText("Path taken: Cells → Mean of a minute → Too warm?").waitFor();
      await flowPage(page).node("warm").locator("[data-path='true']").waitFor();
      await details().getByText("Path taken:", { exact: false }).scrollIntoViewIfNeeded();
      for (const scheme of ["light", "dark"] as const) await screenshot(page, "cases", scheme);
      expect(await seriousFindings(page)).toEqual([]);
    },
    slow,
  );

  test(
    "a deployment is held back by the failing case until a reason is given, which is kept",
    async () => {
      const { page } = browser;
      await page.getByRole("button", { name: "Deploy" }).first().click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("1 of 1 test cases fails").waitFor(patience);
      const deploy = dialog.getByRole("button", { name: "Deploy" });
      expect(await deploy.isDisabled()).toBe(true);
      await dialog.getByLabel("Deploy all the same because").fill("The severity was lowered on purpose");
      await deploy.click();
      const summary = async () =>
        (await ask<{ items: { id: string }[] }>(`${product.http}/api/flows`)).items.find(
          ({ id }) => id === "cold",
        );
      await expect
        .poll(summary, patience)
        .toMatchObject({ live: 1, forced: "The severity was lowered on purpose" });
    },
    slow,
  );

  test("a case is taken out again", async () => {
    await details().getByRole("button", { name: "Remove the case Too warm" }).click();
    await expect.poll(cases, patience).toEqual([]);
  });

  test(
    "the list of versions says why that one runs all the same",
    async () => {
      const { page } = browser;
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "More" }).click(patience);
      await page.getByRole("menuitem", { name: "Versions" }).click(patience);
      await page
        .getByText("Runs although test cases failed: The severity was lowered on purpose")
        .waitFor(patience);
    },
    slow,
  );

  test("the page complained of nothing", () => {
    expect(browser.complaints).toEqual([]);
  });
});
