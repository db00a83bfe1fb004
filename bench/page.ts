import { rmSync } from "node:fs";
import type { Page } from "playwright-core";
import { openBrowser } from "../test/browser/chromium.ts";
import { metric } from "../test/support/product.ts";
import { tempFolder } from "../test/support/temp-folder.ts";
import { mqttOrder } from "./mqtt-order.ts";
import { runLoad } from "./process.ts";
import { startProduct } from "./product.ts";

const rate = 5000;
const seconds = Number(process.argv.find((arg) => arg.startsWith("--seconds="))?.slice(10) ?? 20);
const warmupSeconds = 3;
const allowedMs = 200;

/**
 * Runs in the page: notes of each interaction the time from the input to the next paint, as the browser measures it, and
 * what it was.
 */
const observe = `
  window.interactions = new Map();
  new PerformanceObserver((list) => {
    for (const { interactionId: id, duration: ms, name, target } of list.getEntries()) {
      if (id === 0 || ms <= (window.interactions.get(id)?.ms ?? 0)) continue;
      const at = target?.closest?.("[aria-label], button, input, .react-flow__node");
      const what = at?.getAttribute("aria-label") || at?.textContent || "";
      window.interactions.set(id, { ms, what: (name + " " + what).slice(0, 48) });
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
`;

interface Interaction {
  ms: number;
  what: string;
}

/** What a person does meanwhile: goes from step to step, types into a setting, opens a message, moves by keys. */
async function work(page: Page, untilMs: number): Promise<number> {
  const nodes = page.locator(".react-flow__node");
  const details = page.getByRole("complementary", { name: "Details" });
  let inputs = 0;
  while (Date.now() < untilMs) {
    await page.getByRole("button", { name: "Watch" }).click();
    const messages = details.getByRole("list", { name: "Messages on their way" }).locator("> li > button");
    await messages.first().click({ timeout: 10_000 });
    await details.getByLabel("Contains").pressSequentially("detector", { delay: 40 });
    await details.getByRole("button", { name: "Close details" }).click();
    for (const index of [1, 2, 3]) {
      await nodes.nth(index).click();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowUp");
    }
    await details.getByLabel("Name", { exact: true }).pressSequentially(" x", { delay: 40 });
    await page.keyboard.press("Control+z");
    await details.getByRole("button", { name: "Close details" }).click();
    inputs += 3 + 8 + 3 * 3 + 3;
  }
  return inputs;
}

/** The interactions since the last call. */
async function taken(page: Page): Promise<Interaction[]> {
  const told: Interaction[] = await page.evaluate("[...window.interactions.values()]");
  await page.evaluate("window.interactions.clear()");
  return told;
}

function report(name: string, told: Interaction[], inputs: number): number {
  // Those below 16 ms are not told: they count as that.
  const quick = Array.from({ length: Math.max(0, inputs - told.length) }, () => ({ ms: 16, what: "" }));
  const all = [...quick, ...told].sort((a, b) => a.ms - b.ms);
  const at = (share: number) => all[Math.min(all.length - 1, Math.floor(all.length * share))]?.ms ?? 0;
  const slowest = all.slice(-3).map(({ ms, what }) => `${what} ${ms} ms`);
  process.stdout.write(
    `${name} | ${inputs} interactions, to the next paint p50 / p75 / p98 ${at(0.5)} / ${at(0.75)} / ${at(0.98)} ms, allowed ${allowedMs} | slowest: ${slowest.join(", ")}\n`,
  );
  return at(0.98);
}

const dir = tempFolder();
const product = await startProduct({ MILLRACE_DATA_DIR: dir }, { gateways: 50, devices: 1000, probes: 1 });
const browser = await openBrowser();
try {
  const { page } = browser;
  const fleet = { url: product.mqtt, gateways: product.gateways, devices: 1000, stamped: false };
  const load = (rate: number, seconds: number) => runLoad(mqttOrder(fleet, { rate, seconds, warmupSeconds }));
  await page.addInitScript({ content: observe });
  await page.goto(`${product.http}/#/flows/reference`);
  await page.getByRole("button", { name: "Watch" }).waitFor({ timeout: 30_000 });
  // Once with hardly a message: what the machine and the browser take by themselves, and what is loaded once.
  const few = load(20, seconds);
  await page.waitForTimeout(warmupSeconds * 1000);
  await work(page, Date.now() + 2000);
  await taken(page);
  const calm = await work(page, Date.now() + (seconds - 2) * 1000);
  report("20 messages/s", await taken(page), calm);
  await few;
  const before = await metric(product.http, "millrace_messages_evaluated_total");
  const many = load(rate, seconds);
  await page.waitForTimeout(warmupSeconds * 1000);
  const inputs = await work(page, Date.now() + seconds * 1000);
  const told = await taken(page);
  await many;
  const after = await metric(product.http, "millrace_messages_evaluated_total");
  const passed = Math.round((after - before) / (seconds + warmupSeconds));
  if (report(`${passed} of ${rate} messages/s evaluated`, told, inputs) >= allowedMs) process.exitCode = 1;
} finally {
  await browser.close();
  await product.started.stop();
  rmSync(dir, { recursive: true, force: true });
}
