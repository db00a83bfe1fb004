import { afterAll, beforeAll, expect, test } from "vitest";
import { highFlow } from "../support/high-flow.ts";
import { addDevice, ask, type Product, startProduct } from "../support/product.ts";
import { startS3 } from "../support/s3.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser, seriousFindings } from "./chromium.ts";
import { flowPage } from "./flow-page.ts";
import { patience, slow } from "./roads.ts";
import { shot } from "./screenshot.ts";

const dir = tempFolder("archive-away");
const bucketDir = tempFolder("archive-away-bucket");
const offDir = tempFolder("archive-off");
let bucket: Awaited<ReturnType<typeof startS3>>;
let product: Product;
let browser: Browser;

beforeAll(async () => {
  bucket = await startS3({ dir: bucketDir });
  product = await startProduct({ dir, env: bucket.env });
  browser = await openBrowser();
  await ask(`${product.http}/api/flows/high`, "PUT", highFlow(150));
}, slow);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await bucket?.stop();
  for (const folder of [dir, bucketDir, offDir]) removeFolder(folder);
});

async function openBacktest() {
  const { page } = browser;
  await page.goto(`${product.http}/#/flows/high`);
  await page.getByRole("button", { name: "More" }).click(patience);
  await page.getByRole("menuitem", { name: "Backtest" }).click();
}

test(
  "while the bucket is away, the page says so and what to do; what is kept shows again when it is back",
  async () => {
    const { page } = browser;
    const { details } = flowPage(page);
    await bucket.kill();
    await openBacktest();
    const said = details.getByRole("alert");
    await said.getByText("The kept messages cannot be read now").waitFor(patience);
    expect(await said.textContent()).toMatch(/See that it runs.*127\.0\.0\.1:\d+ does not answer/);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousFindings(page)).toEqual([]);
      await shot(browser.page, `archive-away-${colorScheme}`);
    }
    const asked = page.waitForRequest(/\/api\/archive$/);
    await said.getByRole("button", { name: "Try again" }).click();
    await asked;
    bucket = await startS3({ dir: bucketDir, port: Number(new URL(bucket.url).port) });
    const { token } = await addDevice(product.http, { name: "pump" });
    await ask(`${product.http}/api/v1/${token}/telemetry`, "POST", { n: 160 });
    // The page asks again by itself, too.
    await details.getByText(/^Kept: /).waitFor(patience);
    await expect.poll(() => said.count()).toBe(0);

    await bucket.kill();
    await details.getByRole("button", { name: "Run backtest" }).click();
    await said.getByText("The kept messages cannot be read now").first().waitFor(patience);
    await shot(browser.page, "archive-away-run");
  },
  slow,
);

test(
  "where the archive is off, the page says how to turn it on",
  async () => {
    await product.stop();
    product = await startProduct({ dir: offDir, env: { MILLRACE_ARCHIVE: "off" } });
    await ask(`${product.http}/api/flows/high`, "PUT", highFlow(150));
    await openBacktest();
    const { details } = flowPage(browser.page);
    await details.getByText("Start the server with MILLRACE_ARCHIVE=on").waitFor(patience);
    expect(await details.getByRole("button", { name: "Run backtest" }).isDisabled()).toBe(true);
    await shot(browser.page, "archive-off");

    const rows = [140, 160, 170, 90].map((n, i) => `pump;2026-11-26 08:0${i}:00;${n}`).join("\n");
    const file = (text: string) => ({ name: "pump.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    const choose = details.locator("input[type=file]");
    await choose.setInputFiles(file(`device;when;n\n${rows}`));
    await details.getByText('no column is named "at"').waitFor(patience);
    await shot(browser.page, "backtest-file-wrong");
    await choose.setInputFiles(file(`device;at;n\n${rows}`));
    await details.getByText(/^Messages: 4\. Devices: 1\. From /).waitFor(patience);
    await details.getByRole("button", { name: "Run backtest" }).click();
    await details.getByText("Alarms raised: 1 by this flow").waitFor(patience);
    for (const colorScheme of ["light", "dark"] as const) {
      await browser.page.emulateMedia({ colorScheme });
      expect(await seriousFindings(browser.page)).toEqual([]);
      await shot(browser.page, `backtest-file-${colorScheme}`);
    }
  },
  slow,
);
