import { beforeEach, describe, expect, test } from "vitest";
import { flowPage } from "./flow-page.ts";
import { openRoads, slow, slowIs } from "./roads.ts";

const roads = openRoads("editing");

describe("a flow of three steps", () => {
  beforeEach(() => roads.openAnew(), slow);

  test(
    "dragging is one step back, typing into a field is one step back, and both come again",
    async () => {
      const page = roads.page();
      const { node, setting, details, drag, saved } = flowPage(page);
      const before = await roads.places();
      const box = (await node("keep").boundingBox())!;
      await drag(node("keep").locator("strong"), { x: box.x + 60, y: box.y + 220 });
      await expect.poll(async () => (await roads.places()).keep).not.toBe(before.keep);
      const moved = await roads.places();
      await node("keep").click();
      await setting("Measurement").press("End");
      await setting("Measurement").pressSequentially("_kept");
      await expect.poll(() => node("keep").textContent()).toContain("roads_kept");
      await page.getByRole("button", { name: "Undo" }).click();
      await expect.poll(() => setting("Measurement").inputValue()).toBe("roads");
      expect((await roads.places()).keep).toBe(moved.keep);
      await page.getByRole("button", { name: "Undo" }).click();
      await expect.poll(async () => (await roads.places()).keep).toBe(before.keep);
      await page.getByRole("button", { name: "Redo" }).click();
      await page.getByRole("button", { name: "Redo" }).click();
      await expect.poll(() => setting("Measurement").inputValue()).toBe("roads_kept");
      expect((await roads.places()).keep).toBe(moved.keep);
      await page.keyboard.press("Escape");
      expect(await details.count()).toBeLessThan(2);
      await saved();
      expect((await roads.draft()).nodes[2]?.config).toEqual({ measurement: "roads_kept" });
    },
    slow,
  );

  test(
    "copied steps are pasted with the edges among them under new ids, also from text",
    async () => {
      const page = roads.page();
      const { node, nodes, edges, pane, saved } = flowPage(page);
      await pane.click({ position: { x: 20, y: 300 } });
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Control+c");
      await page.keyboard.press("Control+v");
      await expect.poll(() => nodes.count()).toBe(6);
      await expect.poll(() => edges.count()).toBe(4);
      await saved();
      const { nodes: all, edges: wires } = await roads.draft();
      expect(all.map(({ id }) => id)).toEqual(["in", "slow", "keep", "in2", "slow2", "keep2"]);
      expect(wires.slice(2)).toEqual([
        { from: "in2", output: "out", to: "slow2" },
        { from: "slow2", output: "pass", to: "keep2" },
      ]);
      await page.keyboard.press("Control+z");
      await expect.poll(() => nodes.count()).toBe(3);
      await roads.pasteText(
        JSON.stringify({ nodes: [{ id: "hot", kind: "filter", config: { when: slowIs(5) } }] }),
      );
      await node("hot").waitFor();
      await roads.pasteText("{ no flow");
      await page.getByText("The clipboard holds no steps of a flow.").waitFor();
      expect(await nodes.count()).toBe(4);
    },
    slow,
  );

  test(
    "tidying up is one step back; duplicating and deleting work by key",
    async () => {
      const page = roads.page();
      const { node, nodes, drag } = flowPage(page);
      const box = (await node("slow").boundingBox())!;
      await drag(node("slow").locator("strong"), { x: box.x + 160, y: box.y + 240 });
      const mess = await roads.places();
      await page.getByRole("button", { name: "Tidy up" }).click();
      await expect.poll(async () => (await roads.places()).slow).not.toBe(mess.slow);
      await page.keyboard.press("Control+z");
      await expect.poll(roads.places).toEqual(mess);
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
      const page = roads.page();
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
      const page = roads.page();
      const { saved } = flowPage(page);
      await page.locator(".react-flow__edge").last().focus();
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Insert a step here" }).click();
      await page.getByRole("dialog").getByRole("combobox").fill("enrich");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Escape");
      await saved();
      expect((await roads.draft()).edges).toEqual([
        { from: "in", output: "out", to: "slow" },
        { from: "slow", output: "pass", to: "enrich" },
        { from: "enrich", output: "out", to: "keep" },
      ]);
    },
    slow,
  );
});

test("the page complained of nothing", () => {
  expect(roads.complaints().filter((text) => !text.includes("412"))).toEqual([]);
});
