import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, deployFlow, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser, seriousFindings } from "./chromium.ts";

const execute = promisify(execFile);
const slow = 120_000;
const keep = {
  id: "keep",
  name: "Keep all",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "kept", kind: "save", config: { measurement: "traffic" } },
  ],
  edges: [{ from: "in", output: "out", to: "kept" }],
  layout: {},
};

const dir = tempFolder("connect");
let product: Product;
let browser: Browser;
beforeAll(async () => {
  product = await startProduct({ dir });
  browser = await openBrowser();
}, slow);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  removeFolder(dir);
});

/** The lines for a terminal that the page shows, once it does. */
async function lines(): Promise<Record<string, string>> {
  const { page } = browser;
  const shown = page.getByRole("figure");
  await shown.first().waitFor();
  const texts = await shown.evaluateAll((figures) =>
    figures.map((figure) => [
      figure.querySelector("figcaption")?.textContent ?? "",
      figure.querySelector("pre")?.textContent ?? "",
    ]),
  );
  return Object.fromEntries(texts);
}

test.each(["light", "dark"] as const)(
  "without a device the page shows lines to make one and to send as it, in %s colours",
  async (scheme) => {
    const { page } = browser;
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto("about:blank");
    await page.goto(`${product.http}/#/devices`);
    expect(Object.keys(await lines())).toEqual([
      "Create a device",
      "Send a reading over MQTT",
      "Send a reading over HTTP",
      "Send a reading over CoAP",
    ]);
    expect((await page.getByText("No device yet").boundingBox())!.y).toBeGreaterThan(120);
    expect(await seriousFindings(page)).toEqual([]);
  },
  slow,
);

test(
  "each line does what it says: curl, mosquitto_pub and coap-client find the ports",
  async () => {
    await deployFlow(product.http, keep);
    const shown = await lines();
    await execute("sh", ["-c", shown["Create a device"]!]);
    const list = browser.page.getByRole("navigation", { name: "Devices" });
    await list.getByRole("link", { name: "my-sensor" }).waitFor();
    const { items } = await ask<{ items: { id: string }[] }>(`${product.http}/api/devices`);
    const saved = async () => {
      const query = `device=${items[0]!.id}&key=speed&from=0&to=${Date.now() + 1000}`;
      const { items: points } = await ask<{ items: unknown[] }>(`${product.http}/api/series?${query}`);
      return points.length;
    };
    for (const [count, way] of [
      [1, "MQTT"],
      [2, "HTTP"],
      [3, "CoAP"],
    ] as const) {
      await execute("sh", ["-c", shown[`Send a reading over ${way}`]!]);
      await expect.poll(saved).toBe(count);
    }
  },
  slow,
);

test(
  "a device that was silent so far shows the lines with its own token",
  async () => {
    const { page } = browser;
    const { id, token } = await ask<{ id: string; token: string }>(`${product.http}/api/devices`, "POST", {
      name: "silent",
    });
    await page.goto(`${product.http}/#/devices/${id}`);
    await page.getByText("No values yet").waitFor();
    const shown = Object.values(await lines());
    expect(shown).toHaveLength(3);
    for (const line of shown) expect(line).toContain(token);
    expect(browser.complaints).toEqual([]);
  },
  slow,
);
