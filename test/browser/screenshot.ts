import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";

const images = join(import.meta.dirname, "../../docs/images");

/** Writes docs/images/<name>-<scheme>.png where the setting SCREENSHOTS is 1; the page then is in light colours again. */
export async function screenshot(page: Page, name: string, scheme: "light" | "dark") {
  if (process.env.SCREENSHOTS !== "1") return;
  await page.emulateMedia({ colorScheme: scheme });
  // The pointer's hover must not show, nor a colour that still changes.
  await page.mouse.move(0, 0);
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(images, `${name}-${scheme}.png`) });
  await page.emulateMedia({ colorScheme: "light" });
  await page.waitForTimeout(300);
}

/** Writes <name>.png, as the page is now, into the folder of the setting SCREENSHOTS_TO, to be looked at. */
export async function shot(page: Page, name: string) {
  const folder = process.env.SCREENSHOTS_TO;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
