import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { addDevice, ask, deployFlow, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser, seriousFindings } from "./chromium.ts";
import { screenshot } from "./screenshot.ts";

const slow = 120_000;
const patience = { timeout: 30_000 };
const below = (value: number) => ({ all: [{ fact: "avgSpeed", operator: "lessThan", value }] });

const flow: Flow = {
  id: "jams",
  name: "Jams",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", name: "Loop detectors", config: {} },
    {
      id: "sane",
      kind: "filter",
      name: "Only possible values",
      config: { when: { all: [{ fact: "speed", operator: "greaterThanInclusive", value: 0 }] } },
    },
    {
      id: "avg",
      kind: "aggregate",
      name: "Every 10 seconds",
      config: { window: { size: "10s" }, values: [{ of: "speed", fn: "avg", as: "avgSpeed" }] },
    },
    {
      id: "jam",
      kind: "alert",
      name: "Is it a jam?",
      config: {
        type: "Congestion",
        severity: "major",
        raise: below(20),
        steps: [{ severity: "critical", when: below(5) }],
        clear: { all: [{ fact: "avgSpeed", operator: "greaterThan", value: 30 }] },
      },
    },
    {
      id: "sign",
      kind: "command",
      name: "Sign shows 40",
      config: { method: "setLimit", params: { kmh: 40 } },
    },
    { id: "other", kind: "save", name: "Keep impossible ones", config: { measurement: "odd" } },
  ],
  edges: [
    { from: "in", output: "out", to: "sane" },
    { from: "sane", output: "pass", to: "avg" },
    { from: "sane", output: "drop", to: "other" },
    { from: "avg", output: "window", to: "jam" },
    { from: "jam", output: "raised", to: "sign" },
  ],
  layout: {
    in: { x: 0, y: 80 },
    sane: { x: 280, y: 80 },
    other: { x: 560, y: 320 },
    avg: { x: 560, y: 80 },
    jam: { x: 840, y: 80 },
    sign: { x: 1120, y: 80 },
  },
};

describe("why an alarm came", () => {
  const dir = tempFolder("causes");
  let product: Product;
  let browser: Browser;
  let id: string;

  beforeAll(async () => {
    product = await startProduct({ dir });
    await deployFlow(product.http, flow);
    const { token } = await addDevice(product.http, { name: "Loop 7" });
    // A whole multiple of ten seconds, a minute ago: each ten speeds are a window.
    const begin = Math.floor((Date.now() - 60_000) / 10_000) * 10_000;
    const speeds = [...windowOf(12), ...windowOf(3), ...windowOf(50), 50];
    await ask(
      `${product.http}/api/v1/${token}/telemetry`,
      "POST",
      speeds.map((speed, i) => ({ ts: begin + i * 1000, values: { speed, lane: 1 } })),
    );
    browser = await openBrowser();
  }, slow);
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    removeFolder(dir);
  });

  /** Ten speeds about a mean. */
  const windowOf = (mean: number) => Array.from({ length: 10 }, (_, i) => mean + ((i % 5) - 2) / 2);
  const alarms = async () =>
    (await ask<{ items: { id: string; status: string }[] }>(`${product.http}/api/alarms`)).items;
  const details = () => browser.page.getByRole("complementary", { name: "Details" });
  const node = (of: string) => browser.page.locator(`.react-flow__node[data-id="${of}"]`);
  const dock = () => browser.page.getByRole("region", { name: "Alarms", exact: true });

  test("the API tells the cause of an alarm and of each change, and of its command", async () => {
    await expect.poll(alarms, patience).toMatchObject([{ status: "cleared", severity: "critical" }]);
    // Another version runs by now, without one of the steps: the alarm still shows the one that raised it.
    const place = `${product.http}/api/flows/jams`;
    const without = { nodes: flow.nodes.slice(0, -1), edges: flow.edges.filter(({ to }) => to !== "other") };
    await fetch(place, {
      method: "PUT",
      headers: { "content-type": "application/json", "if-match": "*" },
      body: JSON.stringify({ ...flow, ...without }),
    });
    await ask(`${place}/versions`, "POST", { message: "Less to keep" });
    await ask(`${place}/deploy`, "POST", { version: 2, mode: "live" });
    id = (await alarms())[0]!.id;
    const alarm = await ask<{ cause: { steps: { node: string; says: string }[] }; changes: object[] }>(
      `${product.http}/api/alarms/${id}`,
    );
    expect(alarm.cause.steps.map(({ node, says }) => [node, says.replace(/ from .*/, "")])).toEqual([
      ["in", "a message of Loop 7 came"],
      ["sane", "speed 2 is at least 0"],
      ["avg", "10 messages"],
      ["jam", "avgSpeed 12 is below 20"],
    ]);
    expect(alarm.changes).toMatchObject([
      { change: "raised", severity: "major" },
      { change: "updated", severity: "critical" },
      { change: "cleared" },
    ]);
    const { items } = await ask<{ items: { id: number }[] }>(`${product.http}/api/commands?alarm=${id}`);
    const command = await ask<{ cause: { path: string[] } }>(`${product.http}/api/commands/${items[0]!.id}`);
    expect(command.cause.path).toEqual(["in", "sane", "avg", "jam", "sign"]);
  });

  test(
    "one click on an alarm shows the version that raised it, the way lit, and what decided at each step",
    async () => {
      const { page } = browser;
      await page.goto(`${product.http}/#/flows/jams`);
      await dock().getByText("All", { exact: true }).click(patience);
      await dock().getByRole("link", { name: "Congestion", exact: true }).click(patience);
      await page.getByText("“Congestion”: the way through version 1").waitFor(patience);
      // The version that ran then, with the step that has gone since.
      await node("other").waitFor(patience);
      await node("jam").getByText("avgSpeed 12 is below 20").waitFor(patience);
      await node("sane").getByText("speed 2 is at least 0").waitFor(patience);
      for (const lit of ["in", "sane", "avg", "jam"])
        await expect.poll(() => node(lit).locator("[data-path=true]").count()).toBe(1);
      expect(await node("other").locator("[data-path=true]").count()).toBe(0);
      await details().getByText("Only possible values").waitFor(patience);
      const rows = details().getByRole("table").first().getByRole("row");
      // Of ten messages every second, below a head of their fields.
      await expect.poll(() => rows.count()).toBe(6);
      expect(await rows.first().textContent()).toContain("Speed");
      await details()
        .getByText(/^5 of 10 messages/)
        .waitFor(patience);
      await screenshot(page, "alarm-cause", "light");
      await screenshot(page, "alarm-cause", "dark");
      expect(await seriousFindings(page)).toEqual([]);
    },
    slow,
  );

  test(
    "each change of the alarm shows its own cause",
    async () => {
      await details().getByRole("link", { name: "Severity changed" }).click(patience);
      await node("jam").getByText("avgSpeed 3 is below 5").waitFor(patience);
      await details().getByRole("link", { name: "Cleared" }).focus();
      await browser.page.keyboard.press("Enter");
      await node("jam").getByText("avgSpeed 50 is above 30").waitFor(patience);
    },
    slow,
  );

  test(
    "one click on a command shows why it was sent, and leads back to the alarm and the draft",
    async () => {
      const { page } = browser;
      await details().getByRole("link", { name: "Why? setLimit" }).click(patience);
      await page.getByText("“setLimit”: the way through version 1").waitFor(patience);
      await expect.poll(() => node("sign").locator("[data-path=true]").count()).toBe(1);
      await details().getByText("Why the flow sent it").waitFor(patience);
      await node("jam").getByText("avgSpeed 12 is below 20").waitFor(patience);
      await details().getByRole("link", { name: "To the alarm" }).click(patience);
      await page.getByText("“Congestion”: the way through version 1").waitFor(patience);
      await page.getByRole("button", { name: "Back to the draft" }).click(patience);
      await page.getByText("Draft saved").first().waitFor(patience);
      await expect.poll(() => node("other").count()).toBe(0);
    },
    slow,
  );

  test(
    "in German the sentences are German",
    async () => {
      const { page } = browser;
      await page.evaluate(`localStorage.setItem("millrace-language", "de")`);
      await page.goto("about:blank");
      await page.goto(`${product.http}/#/flows/jams?alarm=${encodeURIComponent(id)}`);
      await node("jam").getByText("avgSpeed 12 liegt unter 20").waitFor(patience);
      await page
        .getByText(/^10 Nachrichten von .* bis /)
        .first()
        .waitFor(patience);
      await page.getByText(/^5 von 10 Nachrichten/).waitFor(patience);
      expect(browser.complaints).toEqual([]);
    },
    slow,
  );
});
