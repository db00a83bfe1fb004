import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser, seriousFindings } from "./chromium.ts";

const root = join(import.meta.dirname, "../..");
const schemes = ["light", "dark"] as const;
const patience = { timeout: 60_000 };
const slow = 120_000;

describe("the page of the demo city", () => {
  const dir = tempFolder("page");
  let product: Product;
  let browser: Browser;

  beforeAll(async () => {
    product = await startProduct({ dir, args: ["--demo"] });
    browser = await openBrowser();
  }, slow);

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    removeFolder(dir);
  });

  const open = async (hash: string) => {
    // The address alone would not load the page again when only its hash differs.
    await browser.page.goto("about:blank");
    await browser.page.goto(`${product.http}/${hash}`);
  };
  const alarms = () => browser.page.getByRole("region", { name: "Alarms", exact: true });
  const details = () => browser.page.getByRole("complementary", { name: "Details" });
  const openFirstAlarm = async () => {
    const jams = alarms().getByRole("link", { name: "Congestion", exact: true });
    await jams.first().click(patience);
    await details().getByText("Values that raised it").waitFor(patience);
  };

  test(
    "a flow shows messages a second on its edges",
    async () => {
      await open("#/flows/congestion");
      const { page } = browser;
      await page.getByRole("button", { name: /^Input: Loop detectors/ }).waitFor(patience);
      await page.getByText("Live", { exact: true }).waitFor(patience);
      const busiest = async () => {
        const labels = await page.locator(".react-flow__edgelabel-renderer span").allInnerTexts();
        return Math.max(0, ...labels.map((label) => Number.parseFloat(label) || 0));
      };
      await expect.poll(busiest, patience).toBeGreaterThan(1);
    },
    slow,
  );

  test("a node shows its settings and help as text", async () => {
    const { page } = browser;
    await page.getByRole("button", { name: /^Alert: Is it a jam/ }).click();
    await details().getByText("avgSpeed is below 20").first().waitFor();
    const text = (await details().textContent()) ?? "";
    expect(text).toMatch(/raise/i);
    expect(text).not.toContain("{");
  });

  test("Escape closes the details and gives the focus back to the node", async () => {
    const { page } = browser;
    await page.keyboard.press("Escape");
    await expect.poll(() => details().count()).toBe(0);
    const focused = page.locator(":focus");
    expect(await focused.getAttribute("aria-label")).toMatch(/^Alert: Is it a jam/);
  });

  test(
    "an alarm arrives, and its path is marked on the canvas",
    async () => {
      await openFirstAlarm();
      const { page } = browser;
      await expect.poll(() => details().getByRole("listitem").count()).toBeGreaterThan(1);
      await expect
        .poll(() => page.locator('.react-flow__node [data-path="true"]').count())
        .toBeGreaterThan(1);
      await expect.poll(() => details().getByText("which still runs").count()).toBe(1);
    },
    slow,
  );

  test("acknowledging an alarm is seen at once", async () => {
    await details()
      .getByRole("button", { name: /^Acknowledge/ })
      .click();
    await details()
      .getByText(/, acknowledged/)
      .waitFor();
    expect(
      await details()
        .getByRole("button", { name: /^Acknowledge/ })
        .count(),
    ).toBe(0);
  });

  test(
    "a command advances until the answer of the device, by keyboard alone",
    async () => {
      const { page } = browser;
      await details()
        .getByRole("button", { name: /^Send command/ })
        .focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      const command = dialog.getByRole("combobox", { name: "Command" }).or(dialog.getByLabel("Command"));
      await expect.poll(() => command.first().inputValue(), patience).toBe("setLimit");
      await dialog.getByLabel("Value of parameter 1").fill("60");
      await page.keyboard.press("Enter");
      await dialog.getByText("Queued", { exact: true }).waitFor(patience);
      await dialog.getByText("Succeeded", { exact: true }).waitFor(patience);
      await dialog.getByText("Answer of the device").waitFor();
      expect(await dialog.textContent()).toMatch(/Kmh\s*60/);
      await page.keyboard.press("Escape");
      await expect.poll(() => dialog.count()).toBe(0);
      await details().getByText("by hand").first().waitFor(patience);
    },
    slow,
  );

  test(
    "the chart of the device has points, and the same as a table",
    async () => {
      const { page } = browser;
      await details().getByRole("link").first().click();
      const chart = page.getByRole("img", { name: /over the last 15 minutes, \d+ points/ });
      await chart.waitFor(patience);
      const points = Number(/(\d+) points/.exec((await chart.getAttribute("aria-label")) ?? "")?.[1]);
      expect(points).toBeGreaterThan(1);
      await page.getByRole("switch", { name: "As table" }).click();
      const rows = page.getByRole("region", { name: "History as a table" }).getByRole("row");
      await expect.poll(() => rows.count()).toBeGreaterThan(points);
      await page.getByRole("table").filter({ hasText: "Measured" }).waitFor();
    },
    slow,
  );

  const views = [
    { name: "flows", hash: "#/flows/congestion", ready: openNothing },
    { name: "alarm", hash: "#/flows/congestion", ready: openFirstAlarm },
    { name: "device", hash: "#/devices/", ready: openNothing },
  ];
  describe.each(schemes)("in %s colours", (scheme) => {
    test.each(views)(
      "axe finds nothing serious in the view $name",
      async ({ name, hash, ready }) => {
        const { page } = browser;
        await page.emulateMedia({ colorScheme: scheme });
        await open(hash);
        await page.getByRole("region", { name: "List of alarms" }).waitFor(patience);
        await ready();
        const drawn = page.locator(".react-flow__edgelabel-renderer span, .u-over").first();
        await drawn.waitFor({ ...patience, state: "attached" });
        expect(await seriousFindings(page)).toEqual([]);
        if (process.env.SCREENSHOTS === "1")
          await page.screenshot({ path: join(root, `docs/images/${name}-${scheme}.png`) });
      },
      slow,
    );
  });

  test("the page complained of nothing", () => {
    expect(browser.complaints).toEqual([]);
  });
});

async function openNothing() {}
