import { beforeEach, describe, expect, test } from "vitest";
import { flowPage } from "./flow-page.ts";
import { begun, openRoads, slow } from "./roads.ts";

const roads = openRoads("drawing");

/** Focuses the canvas, choosing nothing. */
async function toCanvas() {
  await flowPage(roads.page()).pane.click({ position: { x: 20, y: 300 } });
}

describe("on the canvas", () => {
  beforeEach(() => roads.openAnew(), slow);

  test(
    "a note is added, written, and taken back, by keyboard alone",
    async () => {
      const page = roads.page();
      const { saved, nodes, ready } = flowPage(page);
      await toCanvas();
      await page.keyboard.press("n");
      await ready(page.getByRole("textbox", { name: "Text of the note" }));
      await page.keyboard.type("Slow means below 30.");
      await page.keyboard.press("Control+Enter");
      await page.getByRole("note", { name: "Note: Slow means below 30." }).waitFor();
      await saved();
      expect((await roads.draft()).layout["note:1"]).toMatchObject({ text: "Slow means below 30." });
      await page.keyboard.press("Enter");
      await page.keyboard.type("Otherwise");
      await page.keyboard.press("Escape");
      await page.getByRole("note", { name: "Note: Slow means below 30." }).waitFor();
      await page.keyboard.press("Control+z");
      await page.keyboard.press("Control+z");
      await expect.poll(() => nodes.count()).toBe(3);
    },
    slow,
  );

  test(
    "steps are grouped, titled, moved together by the title, copied with their frame, and ungrouped",
    async () => {
      const page = roads.page();
      const { node, nodes, drag, saved, ready, choose } = flowPage(page);
      await choose("slow");
      await node("keep").click({ modifiers: ["Control"] });
      await page.keyboard.press("Control+g");
      await ready(page.getByRole("textbox", { name: "Title of the group" }));
      await page.keyboard.type("Slow roads");
      await page.keyboard.press("Enter");
      const frame = page.getByRole("group", { name: "Group Slow roads, 2 steps" });
      await frame.waitFor();
      const title = frame.getByText("Slow roads");
      const [before, box] = [await roads.places(), (await title.boundingBox())!];
      await drag(title, { x: box.x + box.width / 2 + 40, y: box.y + 100 });
      await expect.poll(async () => (await roads.places()).keep).not.toBe(before.keep);
      await saved();
      const { layout } = await roads.draft();
      const [slowAt, keepAt] = [layout.slow, layout.keep] as { x: number; y: number }[];
      expect([keepAt!.x - slowAt!.x, keepAt!.y - slowAt!.y]).toEqual([300, 0]);
      expect(slowAt!.y).toBeGreaterThan(40);
      await page.keyboard.press("Control+z");
      await expect.poll(async () => (await roads.places()).keep).toBe(before.keep);
      await page.keyboard.press("Control+c");
      await page.keyboard.press("Control+v");
      await expect.poll(() => nodes.count()).toBe(7);
      await page.keyboard.press("Control+z");
      await frame.focus();
      await page.keyboard.press("Control+Shift+g");
      await expect.poll(() => frame.count()).toBe(0);
      await saved();
      expect((await roads.draft()).layout).toEqual(begun.layout);
    },
    slow,
  );

  test(
    "a step dropped on a frame joins its group, in the same step back",
    async () => {
      const group = { title: "Slow roads", nodes: ["slow", "keep"] };
      await roads.openAnew({ ...begun, layout: { ...begun.layout, in: { x: 0, y: 260 }, "group:1": group } });
      const page = roads.page();
      const { node, drag } = flowPage(page);
      const frame = page.getByRole("group", { name: /^Group Slow roads/ });
      const box = (await frame.boundingBox())!;
      await drag(node("in").locator("strong"), { x: box.x + 160, y: box.y + box.height - 80 });
      await page.getByRole("group", { name: "Group Slow roads, 3 steps" }).waitFor();
      await page.keyboard.press("Control+z");
      await page.getByRole("group", { name: "Group Slow roads, 2 steps" }).waitFor();
      await expect.poll(async () => (await roads.draft()).layout.in).toEqual({ x: 0, y: 260 });
    },
    slow,
  );

  test(
    "chosen by a box, steps are aligned and spread, each one step back",
    async () => {
      const layout = { in: { x: 0, y: 0 }, slow: { x: 300, y: 60 }, keep: { x: 900, y: 120 } };
      await roads.openAnew({ ...begun, layout });
      const page = roads.page();
      const { pane, saved } = flowPage(page);
      const area = (await pane.boundingBox())!;
      await page.keyboard.down("Shift");
      await page.mouse.move(area.x + 10, area.y + 70);
      await page.mouse.down();
      await page.mouse.move(area.x + area.width - 10, area.y + area.height - 100, { steps: 5 });
      await page.mouse.up();
      await page.keyboard.up("Shift");
      await expect.poll(() => page.locator(".react-flow__node.selected").count()).toBe(3);
      await page.getByRole("button", { name: "Arrange" }).click();
      await page.getByRole("menuitem", { name: "Align top edges" }).click();
      await page.getByRole("button", { name: "Arrange" }).click();
      await page.getByRole("menuitem", { name: "Even gaps from left to right" }).click();
      await saved();
      const { layout: spread } = await roads.draft();
      expect(spread).toEqual({ in: { x: 0, y: 0 }, slow: { x: 450, y: 0 }, keep: { x: 900, y: 0 } });
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByRole("button", { name: "Undo" }).click();
      await saved();
      expect((await roads.draft()).layout).toEqual(layout);
    },
    slow,
  );

  test(
    "click and click connects; what cannot be is refused with the reason",
    async () => {
      const page = roads.page();
      const { handle, edges, choose } = flowPage(page);
      await choose("slow");
      await handle("slow", "drop").click();
      await expect.poll(() => page.locator(".clickconnecting").count()).toBe(1);
      await handle("keep").click();
      await expect.poll(() => edges.count()).toBe(3);
      await handle("slow", "drop").click();
      await handle("keep").click();
      await page.getByText("“Keep” is connected to this output already.").waitFor();
      expect(await edges.count()).toBe(3);
    },
    slow,
  );

  test(
    "click and click connects from the very edge of the canvas, though the hand shakes",
    async () => {
      await roads.openAnew({ ...begun, layout: { ...begun.layout, keep: { x: 0, y: 200 } } });
      const page = roads.page();
      const { handle, edges, pane, drag, centre, choose } = flowPage(page);
      await choose("slow");
      const area = (await pane.boundingBox())!;
      const edge = area.x + area.width - 4;
      const { x: before } = await centre(handle("slow", "drop"));
      const free = { x: area.x + area.width / 2, y: area.y + area.height - 150 };
      await drag(free, { ...free, x: free.x + edge - before });
      const { x, y } = await centre(handle("slow", "drop"));
      expect(x).toBeCloseTo(edge, 0);
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 3, y);
      // A canvas that follows the pointer has moved by then.
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
      expect(await centre(handle("slow", "drop"))).toEqual({ x, y });
      await page.mouse.up();
      await expect.poll(() => page.locator(".clickconnecting").count()).toBe(1);
      await handle("keep").click();
      await page.getByText("Connected", { exact: true }).waitFor();
      expect(await edges.count()).toBe(3);
    },
    slow,
  );

  test(
    "deleting with Ctrl leaves what came before connected to what came after",
    async () => {
      const page = roads.page();
      const { node, saved, details } = flowPage(page);
      await node("slow").focus();
      await page.keyboard.press("Control+Delete");
      await saved();
      expect((await roads.draft()).edges).toEqual([{ from: "in", output: "out", to: "keep" }]);
      await node("keep").focus();
      await page.keyboard.press("F2");
      // Its name is there to be written over before the next key comes.
      await page.locator("input:focus").waitFor();
      await page.keyboard.press("Control+a");
      await page.keyboard.type("Archive");
      await expect.poll(() => details.getByRole("heading", { level: 2 }).textContent()).toBe("Archive");
    },
    slow,
  );

  test(
    "every action is found by Ctrl+K, such as snapping to the dots",
    async () => {
      const page = roads.page();
      const { node, details, act } = flowPage(page);
      await act("snap");
      await page.getByText("Steps keep to the dots").waitFor();
      await node("slow").focus();
      await page.keyboard.press("Enter");
      await details.getByRole("heading", { name: "Slow only" }).waitFor();
      await page.keyboard.press("Escape");
      await expect.poll(() => details.count()).toBe(0);
      await page.keyboard.press("ArrowDown");
      await expect.poll(async () => (await roads.draft()).layout.slow).toEqual({ x: 312, y: 24 });
    },
    slow,
  );
});

test("the page complained of nothing", () => {
  expect(roads.complaints().filter((text) => !text.includes("412"))).toEqual([]);
});
