import { afterAll, beforeAll } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { ask, freePorts, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser } from "./chromium.ts";
import { flowPage } from "./flow-page.ts";

export const slow = 120_000;
export const patience = { timeout: 30_000 };

export const slowIs = (value: number) => ({ all: [{ fact: "speed", operator: "lessThan", value }] });

/** What every test here begins with: in -> slow -> keep. */
export const begun: Flow = {
  id: "roads",
  name: "Roads",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", name: "All roads", config: {} },
    { id: "slow", kind: "filter", name: "Slow only", config: { when: slowIs(30) } },
    { id: "keep", kind: "save", name: "Keep", config: { measurement: "roads" } },
  ],
  edges: [
    { from: "in", output: "out", to: "slow" },
    { from: "slow", output: "pass", to: "keep" },
  ],
  layout: { in: { x: 0, y: 0 }, slow: { x: 300, y: 0 }, keep: { x: 600, y: 0 } },
};

/** The product and a browser for one file of tests, and the flow of roads in them. */
export function openRoads(name: string) {
  const dir = tempFolder(name);
  let product: Product;
  let browser: Browser;
  let env: Record<string, string>;

  beforeAll(async () => {
    env = await freePorts();
    product = await startProduct({ dir, env });
    browser = await openBrowser();
  }, slow);
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    removeFolder(dir);
  });

  async function put(flow: Flow) {
    const answer = await fetch(`${product.http}/api/flows/${flow.id}`, {
      method: "PUT",
      headers: { "content-type": "application/json", "if-match": "*" },
      body: JSON.stringify(flow),
    });
    if (answer.ok) return;
    await ask(`${product.http}/api/flows/${flow.id}`, "PUT", flow);
  }

  async function open(flow: Flow = begun) {
    const { page } = browser;
    await page.goto("about:blank");
    await page.goto(`${product.http}/#/flows/${flow.id}`);
    await flowPage(page)
      .nodes.nth(flow.nodes.length - 1)
      .waitFor(patience);
    await flowPage(page).saved();
  }

  return {
    page: () => browser.page,
    complaints: () => browser.complaints,
    http: () => product.http,
    put,
    open,
    draft: (id = begun.id) => ask<Flow>(`${product.http}/api/flows/${id}`),
    /** Freezes the draft; lets it run where `live` says so. Gives the number of the version. */
    async freeze(message: string, { live = false } = {}) {
      const place = `${product.http}/api/flows/${begun.id}`;
      const { version } = await ask<{ version: number }>(`${place}/versions`, "POST", { message });
      if (live) await ask(`${place}/deploy`, "POST", { version, mode: "live" });
      return version;
    },
    /** The flow as it begins, or another, without edits that a test before left in the browser. */
    async openAnew(flow: Flow = begun) {
      const { page } = browser;
      if (page.url().startsWith("http")) await page.evaluate("localStorage.clear()");
      await page.goto("about:blank");
      await put(flow);
      await open(flow);
    },
    /** Ends the server as a crash does; the function given starts it again at the same place. */
    async crash() {
      await product.kill();
      return async () => {
        product = await startProduct({ dir, env });
      };
    },
    /** Pastes as if this text came from another program. Written as text: code of the page has no types here. */
    pasteText: (text: string) =>
      browser.page.evaluate(`{
        const data = new DataTransfer();
        data.setData("text/plain", ${JSON.stringify(text)});
        document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
      }`),
    /** Where nodes are drawn. */
    async places() {
      const all = await flowPage(browser.page).nodes.evaluateAll((nodes) =>
        nodes.map((node) => [node.getAttribute("data-id"), node.getAttribute("style")]),
      );
      return Object.fromEntries(all) as Record<string, string>;
    },
  };
}
