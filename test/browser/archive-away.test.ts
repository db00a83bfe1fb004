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
    bucket = await startS3({ dir: bucketDir, port: Number(new URL(bucket.url).port) });
    const { token } = await addDevice(product.http, { name: "pump" });
    await ask(`${product.http}/api/v1/${token}/telemetry`, "POST", { n: 160 });
    await said.getByRole("button", { name: "Try again" }).click();
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
    await flowPage(browser.page)
      .details.getByText("Start the server with MILLRACE_ARCHIVE=on")
      .waitFor(patience);
    await shot(browser.page, "archive-off");
  },
  slow,
);
