import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { ask, freePorts, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser, seriousFindings } from "./chromium.ts";
import { flowPage } from "./flow-page.ts";

const root = join(import.meta.dirname, "../..");
const slow = 120_000;
const patience = { timeout: 30_000 };

const slowIs = (value: number) => ({ all: [{ fact: "speed", operator: "lessThan", value }] });
const begun: Flow = {
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

const dir = tempFolder("editing");
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

const draft = (id = begun.id) => ask<Flow>(`${product.http}/api/flows/${id}`);

async function put(flow: Flow) {
  const answer = await fetch(`${product.http}/api/flows/${flow.id}`, {
    method: "PUT",
    headers: { "content-type": "application/json", "if-match": "*" },
    body: JSON.stringify(flow),
  });
  if (answer.ok) return;
  await ask(`${product.http}/api/flows/${flow.id}`, "PUT", flow);
}

/** The flow as it begins, without edits that a test before left in the browser. */
async function openAnew() {
  const { page } = browser;
  if (page.url().startsWith("http")) await page.evaluate("localStorage.clear()");
  await page.goto("about:blank");
  await put(begun);
  await open();
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

/** Pastes as if this text came from another program. Written as text: code of the page has no types here. */
function pasteText(text: string) {
  return browser.page.evaluate(`{
    const data = new DataTransfer();
    data.setData("text/plain", ${JSON.stringify(text)});
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
  }`);
}

/** Where nodes are drawn, rounded; waits until the view rests. */
async function places() {
  const all = await flowPage(browser.page).nodes.evaluateAll((nodes) =>
    nodes.map((node) => [node.getAttribute("data-id"), node.getAttribute("style")]),
  );
  return Object.fromEntries(all) as Record<string, string>;
}

describe("a flow of three steps", () => {
  beforeEach(openAnew, slow);

  test(
    "dragging is one step back, typing into a field is one step back, and both come again",
    async () => {
      const { page } = browser;
      const { node, setting, details, drag, saved } = flowPage(page);
      const before = await places();
      const box = (await node("keep").boundingBox())!;
      await drag(node("keep").locator("strong"), { x: box.x + 60, y: box.y + 220 });
      await expect.poll(async () => (await places()).keep).not.toBe(before.keep);
      const moved = await places();
      await node("keep").click();
      await setting("Measurement").press("End");
      await setting("Measurement").pressSequentially("_kept");
      await expect.poll(() => node("keep").textContent()).toContain("roads_kept");
      await page.getByRole("button", { name: "Undo" }).click();
      await expect.poll(() => setting("Measurement").inputValue()).toBe("roads");
      expect((await places()).keep).toBe(moved.keep);
      await page.getByRole("button", { name: "Undo" }).click();
      await expect.poll(async () => (await places()).keep).toBe(before.keep);
      await page.getByRole("button", { name: "Redo" }).click();
      await page.getByRole("button", { name: "Redo" }).click();
      await expect.poll(() => setting("Measurement").inputValue()).toBe("roads_kept");
      expect((await places()).keep).toBe(moved.keep);
      await page.keyboard.press("Escape");
      expect(await details.count()).toBeLessThan(2);
      await saved();
      expect((await draft()).nodes[2]?.config).toEqual({ measurement: "roads_kept" });
    },
    slow,
  );

  test(
    "copied steps are pasted with the edges among them under new ids, also from text",
    async () => {
      const { page } = browser;
      const { node, nodes, edges, pane, saved } = flowPage(page);
      await pane.click({ position: { x: 20, y: 300 } });
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Control+c");
      await page.keyboard.press("Control+v");
      await expect.poll(() => nodes.count()).toBe(6);
      await expect.poll(() => edges.count()).toBe(4);
      await saved();
      const { nodes: all, edges: wires } = await draft();
      expect(all.map(({ id }) => id)).toEqual(["in", "slow", "keep", "in2", "slow2", "keep2"]);
      expect(wires.slice(2)).toEqual([
        { from: "in2", output: "out", to: "slow2" },
        { from: "slow2", output: "pass", to: "keep2" },
      ]);
      await page.keyboard.press("Control+z");
      await expect.poll(() => nodes.count()).toBe(3);
      await pasteText(
        JSON.stringify({ nodes: [{ id: "hot", kind: "filter", config: { when: slowIs(5) } }] }),
      );
      await node("hot").waitFor();
      await pasteText("{ no flow");
      await page.getByText("The clipboard holds no steps of a flow.").waitFor();
      expect(await nodes.count()).toBe(4);
    },
    slow,
  );

  test(
    "tidying up is one step back; duplicating and deleting work by key",
    async () => {
      const { page } = browser;
      const { node, nodes, drag } = flowPage(page);
      const box = (await node("slow").boundingBox())!;
      await drag(node("slow").locator("strong"), { x: box.x + 160, y: box.y + 240 });
      const mess = await places();
      await page.getByRole("button", { name: "Tidy up" }).click();
      await expect.poll(async () => (await places()).slow).not.toBe(mess.slow);
      await page.keyboard.press("Control+z");
      await expect.poll(places).toEqual(mess);
      await node("slow").focus();
      await page.keyboard.press("Control+d");
      await expect.poll(() => nodes.count()).toBe(4);
      await node("slow2").focus();
      await page.keyboard.press("Delete");
      await expect.poll(() => nodes.count()).toBe(3);
    },
    slow,
  );

  test(
    "a wire that cannot be is refused with the reason; Connect to... says the same",
    async () => {
      const { page } = browser;
      const { node, handle, edges, drag } = flowPage(page);
      await drag(handle("slow", "drop"), node("in").locator("strong"));
      await page.getByText("“All roads” starts the flow and takes no messages").waitFor();
      expect(await edges.count()).toBe(2);
      await node("in").focus();
      await page.keyboard.press("c");
      const dialog = page.getByRole("dialog", { name: /Connect “All roads”/ });
      await dialog.getByText("“Slow only” is connected to this output already.").waitFor();
      await dialog.getByLabel("Find a step").fill("keep");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await expect.poll(() => edges.count()).toBe(3);
    },
    slow,
  );

  test(
    "a step is inserted on an edge, and the edge goes on through it",
    async () => {
      const { page } = browser;
      const { saved } = flowPage(page);
      await page.locator(".react-flow__edge").last().focus();
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Insert a step here" }).click();
      await page.getByRole("dialog").getByRole("combobox").fill("enrich");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Escape");
      await saved();
      expect((await draft()).edges).toEqual([
        { from: "in", output: "out", to: "slow" },
        { from: "slow", output: "pass", to: "enrich" },
        { from: "enrich", output: "out", to: "keep" },
      ]);
    },
    slow,
  );

  test(
    "what someone else saves meanwhile is taken over, and mine is kept",
    async () => {
      const { page } = browser;
      const { node, setting, saved } = flowPage(page);
      const theirs: Flow = {
        ...begun,
        nodes: begun.nodes.map((each) =>
          each.id === "slow" ? { ...each, config: { when: slowIs(25) } } : each,
        ),
      };
      await put(theirs);
      await node("keep").click();
      await setting("Measurement").fill("mine");
      await page.getByText("Someone else changed this flow; their changes were taken over.").waitFor();
      await expect.poll(() => node("slow").textContent()).toContain("speed is below 25");
      await saved();
      const { nodes } = await draft();
      expect(nodes.map(({ config }) => config)).toEqual([{}, { when: slowIs(25) }, { measurement: "mine" }]);
      await page.getByRole("button", { name: "Undo" }).click();
      await expect.poll(() => setting("Measurement").inputValue()).toBe("roads");
      expect(await node("slow").textContent()).toContain("speed is below 25");
    },
    slow,
  );

  test(
    "deploying a flow with problems is refused in words, and a problem leads to its setting",
    async () => {
      const { page } = browser;
      const { node, setting } = flowPage(page);
      await node("keep").click();
      await setting("Measurement").fill("no good name");
      await page.getByRole("button", { name: "1 problem" }).waitFor();
      await page.getByRole("button", { name: "Deploy", exact: true }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("This flow cannot be deployed yet").waitFor();
      expect(await dialog.textContent()).toMatch(/Keep: .*must be a letter or _/);
      expect(await dialog.getByRole("button", { name: "Deploy" }).count()).toBe(0);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Close details" }).click();
      await page.getByRole("button", { name: "1 problem" }).click();
      await page.getByRole("button", { name: /^Keep/ }).last().click();
      await expect.poll(() => page.evaluate("document.activeElement.value")).toBe("no good name");
    },
    slow,
  );
});

test(
  "edits made while the server is away survive a reload of the page and reach it when it is back",
  async () => {
    const { page } = browser;
    const { node, setting, status, saved } = flowPage(page);
    await put(begun);
    await open();
    await node("keep").click();
    await product.kill();
    await setting("Measurement").fill("offline");
    await expect.poll(() => status.textContent(), patience).toContain("Server away");
    const held = await page.evaluate(`localStorage.getItem("millrace-draft:roads")`);
    expect(held).toContain("offline");
    product = await startProduct({ dir, env });
    await open();
    await saved();
    await expect
      .poll(async () => (await draft()).nodes[2]?.config, patience)
      .toEqual({
        measurement: "offline",
      });
    expect(await page.evaluate(`localStorage.getItem("millrace-draft:roads")`)).toBeNull();
    browser.complaints.length = 0;
  },
  slow,
);

test(
  "a version that runs can be changed, seen as changes, deployed anew, and turned off",
  async () => {
    const { page } = browser;
    const { node, setting, status } = flowPage(page);
    await put(begun);
    const { version } = await ask<{ version: number }>(
      `${product.http}/api/flows/roads/versions`,
      "POST",
      {},
    );
    await ask(`${product.http}/api/flows/roads/deploy`, "POST", { version, mode: "live" });
    await open();
    await node("keep").click();
    await setting("Measurement").fill("roads2");
    await expect.poll(() => status.textContent()).toContain("1 node changed");
    await page.getByRole("button", { name: "Deploy", exact: true }).click();
    await page.getByRole("dialog").getByText("Measurement: roads → roads2").waitFor();
    await page.keyboard.press("Enter");
    await page.getByText(`Version ${version + 1} is live`).waitFor();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Turn off" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
    await page.getByText("The flow is turned off").waitFor();
    await expect.poll(() => status.textContent()).toContain("turned off");
  },
  slow,
);

describe.each(["light", "dark"] as const)("in %s colours axe finds nothing serious", (scheme) => {
  const shot = async (name: string) => {
    if (process.env.SCREENSHOTS === "1")
      await browser.page.screenshot({ path: join(root, `docs/images/${name}-${scheme}.png`) });
  };
  const views = [
    {
      name: "settings",
      show: () => flowPage(browser.page).node("slow").click(),
      seen: "Raise when|Condition",
    },
    {
      name: "try",
      show: async () => {
        await browser.page.getByRole("button", { name: "Try it", exact: true }).click();
        await browser.page.getByLabel("speed of message 1").fill("12");
      },
      seen: "What would happen",
    },
    {
      name: "deploy",
      show: () => browser.page.getByRole("button", { name: "Deploy", exact: true }).click(),
      seen: "What is this version for",
    },
    { name: "actions", show: () => browser.page.keyboard.press("Control+k"), seen: "Add step" },
    {
      name: "new",
      show: () => browser.page.getByRole("button", { name: "New flow" }).first().click(),
      seen: "Begin with",
    },
    {
      name: "steps",
      show: () => browser.page.getByText("Steps", { exact: true }).click(),
      seen: "Slow only",
    },
  ];

  test.each(views)(
    "with $name on show",
    async ({ name, show, seen }) => {
      const { page } = browser;
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await openAnew();
      await show();
      await page.getByText(new RegExp(seen)).first().waitFor();
      await page.waitForTimeout(400);
      expect(await seriousFindings(page)).toEqual([]);
      await shot(`editor-${name}`);
    },
    slow,
  );
});

test("the page complained of nothing", () => {
  expect(browser.complaints.filter((text) => !text.includes("412"))).toEqual([]);
});
