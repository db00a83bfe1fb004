import { AxeBuilder } from "@axe-core/playwright";
import { chromium, type Page } from "playwright-core";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface Browser {
  page: Page;
  /** What the page complained of: errors, and what the content policy refused. */
  complaints: string[];
  close(): Promise<void>;
}

/** Debian's Chromium with a profile of its own. */
export async function openBrowser(): Promise<Browser> {
  const profile = tempFolder("browser");
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: "/usr/bin/chromium",
    args: quiet,
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return {
    page,
    complaints,
    async close() {
      await context.close();
      removeFolder(profile);
    },
  };
}

/**
 * Serious and critical findings of axe, as `<rule>: <where>`, once nothing moves or changes colour any more; of these
 * rules only, where some are given.
 */
export async function seriousFindings(page: Page, rules?: string[]): Promise<string[]> {
  while (!(await page.evaluate(isStill))) await page.waitForTimeout(20);
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

/**
 * Runs in the page, and lets it draw first what was just asked of it, such as other colours. What turns for ever, as a
 * sign that something loads, does not count.
 */
const isStill = `(async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await new Promise((resolve) => setTimeout(resolve));
  await frame();
  return document.getAnimations().every(
    ({ playState, effect }) => playState !== "running" || effect.getComputedTiming().endTime === Infinity,
  );
})()`;
