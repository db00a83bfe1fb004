import { readFileSync } from "node:fs";
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import type { FlowNode as Node } from "../../engine/model/flow.ts";
import { seriousFindings } from "./chromium.ts";
import { flowPage } from "./flow-page.ts";
import { begun, openRoads, slow, slowIs } from "./roads.ts";
import { screenshot } from "./screenshot.ts";

const roads = openRoads("history");
const stricter = {
  ...begun,
  nodes: begun.nodes.map((node) => (node.id === "slow" ? { ...node, config: { when: slowIs(20) } } : node)),
};

test(
  "the versions of a flow are listed, looked at, compared in words, restored and rolled back to",
  async () => {
    await roads.openAnew();
    await roads.freeze("As agreed");
    await roads.put(stricter);
    await roads.freeze("Stricter", { live: true });
    await roads.openAnew(stricter);
    const page = roads.page();
    const { node, details, status, saved } = flowPage(page);
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Versions" }).click();
    const items = details.getByRole("listitem");
    await expect.poll(() => items.allInnerTexts()).toHaveLength(2);
    await expect.poll(() => items.first().innerText()).toMatch(/Version 2\s+live\s[\s\S]*Stricter/);
    expect(await items.last().innerText()).toContain("As agreed");

    await details.getByRole("button", { name: "Look at: version 1" }).click();
    await page.getByText("Version 1 read-only").waitFor();
    await expect.poll(() => node("slow").textContent()).toContain("speed is below 30");
    await node("slow").click();
    await page.getByRole("region", { name: "Settings of Slow only" }).getByText("Condition").waitFor();
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Delete");
    expect(await flowPage(page).nodes.count()).toBe(3);
    await page.getByRole("button", { name: "Back to the draft", exact: true }).click();
    await expect.poll(() => node("slow").textContent()).toContain("speed is below 20");

    await details.getByRole("button", { name: "Compare: version 1" }).click();
    const dialog = page.getByRole("dialog", { name: "What changed" });
    await dialog.getByText("Condition: speed is below 30 → speed is below 20").waitFor();
    await dialog.getByLabel("From").selectOption({ label: "Version 2 (live) Stricter" });
    await dialog.getByText("Nothing differs.").waitFor();
    await dialog.getByLabel("From").selectOption({ label: "Version 1 As agreed" });
    await dialog.getByRole("button", { name: "Show on the canvas" }).click();
    await page.getByText("Version 1 → Draft: what is new, changed and gone").waitFor();
    await expect
      .poll(() => node("slow").textContent())
      .toContain("Condition: speed is below 30 → speed is below 20");
    expect(await node("slow").locator("[data-sign=changed]").count()).toBe(1);
    await page.getByRole("button", { name: "Back to the draft", exact: true }).click();

    await details.getByRole("button", { name: "Restore as draft: version 1" }).click();
    await expect.poll(() => status.textContent()).toContain("1 node changed");
    await saved();
    expect((await roads.draft()).nodes).toEqual(begun.nodes);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => status.textContent()).toContain("no changes");

    await details.getByRole("button", { name: "Roll back to: version 1" }).click();
    await page.getByText("Version 1 runs in place of version 2").waitFor();
    await page.getByRole("button", { name: "Run version 1" }).click();
    await expect.poll(() => status.textContent()).toContain("version 1 live");
    await expect.poll(() => items.last().innerText()).toMatch(/Version 1\s+live/);
    await saved();
    expect((await roads.draft()).nodes).toEqual(stricter.nodes);
  },
  slow,
);

test(
  "two versions lie one over the other: new steps, steps that have gone, settings old and new, moves folded away",
  async () => {
    const page = roads.page();
    const { node, details, edges } = flowPage(page);
    await roads.openAnew();
    const first = await roads.freeze("Before");
    const [source, filter, keep] = begun.nodes as [Node, Node, Node];
    const other: Node = {
      id: "tell",
      kind: "alert",
      name: "Jam",
      config: { type: "Jam", severity: "major", raise: slowIs(5) },
    };
    await roads.put({
      ...begun,
      nodes: [source, { ...filter, config: { when: slowIs(25) } }, other],
      edges: [begun.edges[0]!, { from: "slow", output: "pass", to: "tell" }],
      layout: { in: { x: 0, y: 200 }, slow: { x: 300, y: 0 }, tell: { x: 600, y: 160 } },
    });
    const second = await roads.freeze("After");
    // Any two versions: the draft is a third state.
    await roads.openAnew();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Versions" }).click();
    await details.getByRole("button", { name: `Compare: version ${first}` }).click();
    const dialog = page.getByRole("dialog", { name: "What changed" });
    await dialog.getByLabel("To").selectOption(String(second));
    await dialog.getByText("Condition: speed is below 30 → speed is below 25").waitFor();
    const moves = dialog.getByText("1 step stands elsewhere");
    expect(await moves.isVisible()).toBe(false);
    await dialog.getByText("Only drawn otherwise").click();
    await moves.waitFor();
    await screenshot(page, "editor-compare", "light");
    await screenshot(page, "editor-compare", "dark");
    await dialog.getByRole("button", { name: "Show on the canvas" }).click();
    await node("tell").getByText("new", { exact: true }).waitFor();
    await node(keep.id).getByText("gone", { exact: true }).waitFor();
    await node("slow").getByText("Condition: speed is below 30 → speed is below 25").waitFor();
    await expect.poll(() => edges.locator("[data-sign=added]").count()).toBe(1);
    await expect.poll(() => edges.locator("[data-sign=removed]").count()).toBe(1);
    expect(await node("in").locator("[data-sign]").count()).toBe(0);
    await screenshot(page, "editor-overlay", "light");
    await screenshot(page, "editor-overlay", "dark");
    expect(await seriousFindings(page)).toEqual([]);

    await page.getByText("Two drawings", { exact: true }).click();
    const [before, after] = [first, second].map((version) =>
      page.getByLabel(`The flow Roads: Version ${version}`, { exact: true }),
    );
    const step = (side: Locator, id: string) => side.locator(`.react-flow__node[data-id="${id}"]`);
    await step(before!, keep.id).getByText("gone", { exact: true }).waitFor();
    await step(before!, "slow").getByText("speed is below 30", { exact: true }).waitFor();
    await step(after!, "tell").getByText("new", { exact: true }).waitFor();
    await step(after!, "slow").getByText("Condition: speed is below 30 → speed is below 25").waitFor();
    expect([await step(before!, "tell").count(), await step(after!, keep.id).count()]).toEqual([0, 0]);
    const view = (side: Locator) => side.locator(".react-flow__viewport").getAttribute("style");
    await expect.poll(async () => (await view(before!)) === (await view(after!))).toBe(true);
    const still = await view(before!);
    await after!.getByRole("button", { name: "Zoom In" }).click();
    await expect.poll(() => view(before!)).not.toBe(still);
    await expect.poll(async () => (await view(before!)) === (await view(after!))).toBe(true);
    await before!.getByRole("button", { name: "Fit View" }).click();
    await screenshot(page, "editor-sides", "light");
    await screenshot(page, "editor-sides", "dark");
    expect(await seriousFindings(page)).toEqual([]);
  },
  slow,
);

test(
  "a flow is exported as its file; a file with unknown parts is imported with a report",
  async () => {
    await roads.openAnew();
    const page = roads.page();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page
        .getByRole("button", { name: "More" })
        .click()
        .then(() => page.getByRole("menuitem", { name: "Export flow file" }).click()),
    ]);
    expect(download.suggestedFilename()).toBe("roads.json");
    const text = readFileSync(await download.path(), "utf8");
    expect(JSON.parse(text)).toEqual(begun);

    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Import flow file" }).click();
    const dialog = page.getByRole("dialog", { name: "Import a flow file" });
    await dialog.getByLabel("Or paste its text").fill("{ broken");
    await dialog.getByText(/^This is not JSON/).waitFor();
    expect(await dialog.getByRole("button", { name: "Import as new flow" }).isDisabled()).toBe(true);
    const strange = { ...begun, owner: "me", nodes: [...begun.nodes, { id: "odd", kind: "quantum" }] };
    await dialog.locator("input[type=file]").setInputFiles({
      name: "strange.json",
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify(strange)),
    });
    await dialog.getByText("Not known here and left out: owner").waitFor();
    await dialog.getByText("The step “Odd” is of the kind “quantum”").waitFor();
    await dialog.getByLabel("Name").fill("From elsewhere");
    await dialog.getByRole("button", { name: "Import as new flow" }).click();
    await page.getByRole("heading", { name: "From elsewhere" }).waitFor();
    await flowPage(page).node("odd").waitFor();
    const imported = await roads.draft(/flows\/([^?]+)/.exec(page.url())![1]);
    expect(imported).toMatchObject({ name: "From elsewhere", edges: begun.edges });
  },
  slow,
);

test("the page complained of nothing", () => {
  expect(roads.complaints().filter((text) => !text.includes("412"))).toEqual([]);
});
