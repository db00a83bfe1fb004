import { expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { flowPage } from "./flow-page.ts";
import { begun, openRoads, patience, slow, slowIs } from "./roads.ts";

const roads = openRoads("saving");

test(
  "what someone else saves meanwhile is taken over, and mine is kept",
  async () => {
    await roads.openAnew();
    const page = roads.page();
    const { node, setting, saved } = flowPage(page);
    const theirs: Flow = {
      ...begun,
      nodes: begun.nodes.map((each) =>
        each.id === "slow" ? { ...each, config: { when: slowIs(25) } } : each,
      ),
    };
    await roads.put(theirs);
    await node("keep").click();
    await setting("Measurement").fill("mine");
    await page.getByText("Someone else changed this flow; their changes were taken over.").waitFor();
    await expect.poll(() => node("slow").textContent()).toContain("speed is below 25");
    await saved();
    const { nodes } = await roads.draft();
    expect(nodes.map(({ config }) => config)).toEqual([{}, { when: slowIs(25) }, { measurement: "mine" }]);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => setting("Measurement").inputValue()).toBe("roads");
    expect(await node("slow").textContent()).toContain("speed is below 25");
  },
  slow,
);

test(
  "edits made while the server is away survive a reload of the page and reach it when it is back",
  async () => {
    const page = roads.page();
    const { node, setting, status, saved } = flowPage(page);
    await roads.put(begun);
    await roads.open();
    await node("keep").click();
    const restart = await roads.crash();
    await setting("Measurement").fill("offline");
    await expect.poll(() => status.textContent(), patience).toContain("Server away");
    const held = await page.evaluate(`localStorage.getItem("millrace-draft:roads")`);
    expect(held).toContain("offline");
    await restart();
    await roads.open();
    await saved();
    await expect
      .poll(async () => (await roads.draft()).nodes[2]?.config, patience)
      .toEqual({
        measurement: "offline",
      });
    expect(await page.evaluate(`localStorage.getItem("millrace-draft:roads")`)).toBeNull();
    roads.complaints().length = 0;
  },
  slow,
);

test(
  "the first of click and click is remembered while the server goes and comes back",
  async () => {
    const page = roads.page();
    const { handle, choose } = flowPage(page);
    await roads.put(begun);
    await roads.open();
    await choose("slow");
    await handle("slow", "pass").click();
    const restart = await roads.crash();
    const kindsAgain = page.waitForResponse(/\/api\/node-kinds/, patience);
    await restart();
    await kindsAgain;
    await handle("keep").click();
    await page.getByText("“Keep” is connected to this output already.").waitFor();
    roads.complaints().length = 0;
  },
  slow,
);

test(
  "a version that runs can be changed, seen as changes, deployed anew, and turned off",
  async () => {
    const page = roads.page();
    const { node, setting, status } = flowPage(page);
    await roads.put(begun);
    const version = await roads.freeze("", { live: true });
    await roads.open();
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

test("the page complained of nothing", () => {
  expect(roads.complaints().filter((text) => !text.includes("412"))).toEqual([]);
});
