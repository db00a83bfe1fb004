import type { CDPSession } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Flow, FlowEdge, FlowNode } from "../../engine/model/flow.ts";
import { ask, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser } from "./chromium.ts";
import { flowPage } from "./flow-page.ts";

const slow = 120_000;
const count = 500;
const columns = 25;

/** One input and a tree of filters under it, on a grid. */
function largeFlow(): Flow {
  const nodes: FlowNode[] = [{ id: "in", kind: "input", config: {} }];
  const edges: FlowEdge[] = [];
  const layout: Flow["layout"] = { in: { x: 0, y: 0 } };
  for (let index = 1; index < count; index++) {
    const when = { all: [{ fact: "speed", operator: "lessThan", value: index }] };
    nodes.push({ id: `f${index}`, kind: "filter", config: { when } });
    const parent = index < 10 ? { from: "in", output: "out" } : { from: `f${index >> 1}`, output: "pass" };
    edges.push({ ...parent, to: `f${index}` });
    layout[`f${index}`] = { x: (index % columns) * 290, y: Math.floor(index / columns) * 190 + 200 };
  }
  return { id: "large", name: "Large", schema: 1, nodes, edges, layout };
}

const dir = tempFolder("large");
let product: Product;
let browser: Browser;
let session: CDPSession;
beforeAll(async () => {
  product = await startProduct({ dir });
  await ask(`${product.http}/api/flows/large`, "PUT", largeFlow());
  const small = { ...largeFlow(), id: "small", name: "Small", nodes: [], edges: [], layout: {} };
  await ask(`${product.http}/api/flows/small`, "PUT", small);
  browser = await openBrowser();
  session = await browser.page.context().newCDPSession(browser.page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await browser.page.goto(`${product.http}/#/flows/small`);
  await browser.page.getByText("An empty flow").waitFor();
}, slow);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  removeFolder(dir);
});

/** What the page's thread has computed so far, ms. */
async function computedMs(): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return 1000 * metrics.find(({ name }) => name === "TaskDuration")!.value;
}

/**
 * The shortest of some tries in ms, as others may use the machine meanwhile. Where they leave the page too little of it,
 * the time that it computed itself.
 */
async function quickest(limitMs: number, prepare: () => Promise<void>, work: () => Promise<void>) {
  let best = Number.POSITIVE_INFINITY;
  let computed = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 5 && best > 500; tries++) {
    await prepare();
    const [startAt, before] = [performance.now(), await computedMs()];
    await work();
    best = Math.min(best, performance.now() - startAt);
    computed = Math.min(computed, (await computedMs()) - before);
  }
  return best < limitMs ? best : computed;
}

test(
  "a flow of 500 steps opens in two seconds",
  async () => {
    const { page } = browser;
    const go = (id: string) => page.evaluate(`location.hash = "#/flows/${id}"`);
    const small = async () => {
      await go("small");
      await page.getByText("An empty flow").waitFor();
    };
    const large = async () => {
      await go("large");
      await flowPage(page).node("f260").waitFor();
    };
    expect(await quickest(2000, small, large)).toBeLessThan(2000);
  },
  slow,
);

test(
  "a step of it is dragged at 30 frames a second",
  async () => {
    const { page } = browser;
    await page.evaluate(`{
      window.frameTimes = [];
      const note = (now) => {
        window.frameTimes.push(now);
        requestAnimationFrame(note);
      };
      requestAnimationFrame(note);
    }`);
    /** The time from one frame to the next while the step is dragged for two seconds, ms: the median. */
    const frameMs = async () => {
      const box = (await flowPage(page).node("f260").boundingBox())!;
      await page.mouse.move(box.x + 10, box.y + 5);
      await page.mouse.down();
      await page.evaluate("window.frameTimes.length = 0");
      const startAt = performance.now();
      for (let step = 0; performance.now() - startAt < 2000; step++)
        await page.mouse.move(box.x + 10 + (step % 80), box.y + 5 + (step % 50));
      const times: number[] = await page.evaluate("window.frameTimes");
      await page.mouse.up();
      const gaps = times.slice(1).map((time, index) => time - times[index]!);
      gaps.sort((a, b) => a - b);
      return gaps.length > 20 ? gaps[gaps.length >> 1]! : Number.POSITIVE_INFINITY;
    };
    // The best of some tries, as others may use the machine meanwhile.
    let best = await frameMs();
    for (let tries = 1; tries < 5 && best >= 1000 / 30; tries++) best = Math.min(best, await frameMs());
    expect(best).toBeLessThan(1000 / 30);
  },
  slow,
);

test(
  "what is typed into a setting of it is on the canvas within a second",
  async () => {
    const { page } = browser;
    const { node, details } = flowPage(page);
    await page.goto(`${product.http}/#/flows/large?node=f3`);
    const value = details.getByLabel("Value, Condition", { exact: true });
    await value.waitFor();
    let limit = 70;
    const type = async () => {
      await value.fill(`${limit}`);
      await node("f3")
        .filter({ hasText: `speed is below ${limit}` })
        .waitFor();
    };
    const next = async () => {
      limit += 1;
    };
    expect(await quickest(1000, next, type)).toBeLessThan(1000);
  },
  slow,
);
