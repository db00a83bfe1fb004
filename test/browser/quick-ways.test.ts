import { beforeEach, describe, expect, test } from "vitest";
import { nodeKinds } from "../../engine/nodes/kinds.ts";
import { addDevice, ask } from "../support/product.ts";
import { flowPage } from "./flow-page.ts";
import { openRoads, patience, slow } from "./roads.ts";

const roads = openRoads("quick-ways");

describe("quick ways", () => {
  beforeEach(() => roads.openAnew(), slow);

  test(
    "a double click on the empty canvas offers the steps, and the chosen one stands there",
    async () => {
      const page = roads.page();
      const { pane, node, nodes, saved } = flowPage(page);
      const area = (await pane.boundingBox())!;
      const at = { x: area.width / 2, y: area.height - 110 };
      await pane.dblclick({ position: at });
      await page.getByRole("dialog").getByRole("combobox").fill("throttle");
      await page.keyboard.press("Enter");
      await node("throttle").waitFor();
      expect(await nodes.count()).toBe(4);
      await saved();
      const { edges, layout } = await roads.draft();
      expect(edges).toHaveLength(2);
      expect((layout.throttle as { y: number }).y).toBeGreaterThan(60);
    },
    slow,
  );

  test(
    "a wire dropped on the empty canvas offers the steps, and the chosen one is connected to that output",
    async () => {
      const page = roads.page();
      const { handle, drag, centre, pane, saved, choose } = flowPage(page);
      await choose("slow");
      const area = (await pane.boundingBox())!;
      const { x } = await centre(handle("slow", "drop"));
      await drag(handle("slow", "drop"), { x, y: area.y + area.height - 110 });
      await page.getByRole("dialog").getByRole("combobox").fill("throttle");
      await page.keyboard.press("Enter");
      await saved();
      expect((await roads.draft()).edges.at(-1)).toEqual({ from: "slow", output: "drop", to: "throttle" });
    },
    slow,
  );

  test(
    "every step to add has a picture of its own",
    async () => {
      const options = roads.page().getByRole("region", { name: "Steps to add" }).getByRole("option");
      await expect.poll(() => options.count()).toBe(nodeKinds.length);
      const drawn = await options.locator("svg").evaluateAll((all) => all.map(({ innerHTML }) => innerHTML));
      expect(new Set(drawn).size).toBe(nodeKinds.length);
    },
    slow,
  );

  test(
    "each output has its name beside its own handle",
    async () => {
      const page = roads.page();
      const { node, handle } = flowPage(page);
      const rows = node("slow").getByRole("listitem");
      await expect.poll(() => rows.allInnerTexts()).toEqual(["Condition holds", "It does not"]);
      for (const [at, output] of ["pass", "drop"].entries()) {
        const row = (await rows.nth(at).boundingBox())!;
        const dot = (await handle("slow", output).boundingBox())!;
        const middle = dot.y + dot.height / 2;
        expect([middle > row.y, middle < row.y + row.height]).toEqual([true, true]);
      }
    },
    slow,
  );

  test(
    "the list of fields holds what a device really sent, though no flow runs that saves it",
    async () => {
      const { token } = await addDevice(roads.http(), { name: "bridge" });
      const sent = await fetch(`${roads.http()}/api/v1/${token}/telemetry`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ speed: 12, grip: 0.4, visibility: 80 }),
      });
      expect(sent.ok).toBe(true);
      const fields = async () => Object.keys(await ask(`${roads.http()}/api/profiles/default/fields`));
      await expect.poll(fields, patience).toContain("grip");
      await roads.openAnew();
      const page = roads.page();
      const { details, choose } = flowPage(page);
      await choose("slow");
      const field = details.getByLabel(/^Field, /).first();
      await field.fill("");
      const options = page.locator("[data-combobox-option]:visible");
      await expect
        .poll(() => options.allTextContents(), patience)
        .toEqual(expect.arrayContaining(["grip", "visibility"]));
      await options.filter({ hasText: "grip" }).click();
      await expect.poll(() => field.inputValue()).toBe("grip");
    },
    slow,
  );

  test(
    "the flow as a list of steps says where each leads, and opens their settings, by keyboard alone",
    async () => {
      const page = roads.page();
      const { details, act } = flowPage(page);
      await act("list of steps");
      const list = page.getByRole("region", { name: "Flow Roads" }).getByRole("list").first();
      const steps = list.getByRole("button");
      await expect.poll(() => steps.count()).toBe(3);
      await list.getByText("Condition holds → Keep").waitFor();
      await steps.nth(1).focus();
      await page.keyboard.press("Enter");
      await details.getByRole("heading", { name: "Slow only" }).waitFor();
      expect(await steps.nth(1).getAttribute("aria-pressed")).toBe("true");
    },
    slow,
  );
});

test(
  "what the page has buttons for is found by Ctrl+K, too, and the other pages are",
  async () => {
    const page = roads.page();
    await roads.openAnew();
    const tools = page.getByRole("toolbar").getByRole("button");
    const names = await tools.evaluateAll((all) => all.map((it) => it.getAttribute("aria-label") ?? ""));
    await page.getByRole("button", { name: "More" }).click();
    const more = page.getByRole("menuitem");
    await more.first().waitFor();
    names.push(...(await more.allInnerTexts()));
    await page.keyboard.press("Escape");
    await expect.poll(() => more.count()).toBe(0);
    await page.getByRole("button", { name: "Arrange" }).click();
    await more.first().waitFor();
    names.push(...(await more.allInnerTexts()));
    await page.keyboard.press("Escape");
    await expect.poll(() => more.count()).toBe(0);
    expect(names.length).toBeGreaterThan(25);
    names.push("Copy the chosen steps", "Paste steps", "Colours: dark", "Language: Deutsch");
    names.push("Try it", "Deploy", "Messages on their way", "Show as a list of steps", "Show as a drawing");
    for (const page of ["Flows", "Devices", "Dead letters", "Tables", "Channels"])
      names.push(`Go to ${page}`);
    await page.keyboard.press("Control+k");
    const box = page.getByPlaceholder("What do you want to do?");
    for (const name of names.filter((name) => name !== "Arrange")) {
      await box.fill(name);
      await page.getByRole("dialog").getByRole("button", { name }).first().waitFor();
    }
    await box.fill("Go to Tables");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toMatch(/#\/tables\/$/);
    // And back from a page where no flow is open.
    await page.getByText("No table yet").waitFor();
    await page.keyboard.press("Control+k");
    await box.fill("Open flow Roads");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Roads", level: 2 }).waitFor();
  },
  slow,
);

test(
  "the list of problems opens by name; without any it says so",
  async () => {
    await roads.openAnew();
    const page = roads.page();
    const { act, setting, choose } = flowPage(page);
    await act("to be mended");
    await page.getByRole("status").filter({ hasText: "No problems" }).waitFor();
    await choose("keep");
    await setting("Measurement").fill("no good name");
    await page.getByRole("button", { name: "1 problem" }).waitFor();
    await page.keyboard.press("Escape");
    await act("to be mended");
    await page.getByRole("dialog", { name: "1 problem" }).getByText("Keep").waitFor();
  },
  slow,
);

test(
  "steps are copied and pasted, and colours and language changed, by name",
  async () => {
    const page = roads.page();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await roads.openAnew();
    const { act, choose, nodes } = flowPage(page);
    await act("copy the chosen");
    await page.getByRole("status").filter({ hasText: "Choose a step first" }).waitFor();
    await choose("keep");
    await act("copy the chosen");
    await page.getByRole("status").filter({ hasText: "Copied" }).waitFor();
    await act("paste steps");
    await expect.poll(() => nodes.count()).toBe(4);
    const root = page.locator("html");
    await act("colours: dark");
    await expect.poll(() => root.getAttribute("data-mantine-color-scheme")).toBe("dark");
    await act("language: deutsch");
    await expect.poll(() => root.getAttribute("lang")).toBe("de");
  },
  slow,
);

test("the page complained of nothing", () => {
  expect(roads.complaints().filter((text) => !text.includes("412"))).toEqual([]);
});
