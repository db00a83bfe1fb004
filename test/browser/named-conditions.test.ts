import { expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { seriousFindings } from "./chromium.ts";
import { flowPage } from "./flow-page.ts";
import { begun, openRoads, patience, slow, slowIs } from "./roads.ts";
import { shot } from "./screenshot.ts";

const roads = openRoads("named-conditions");

/** A filter and an alert that both ask for slow traffic, each in its own way. */
const jammed: Flow = {
  ...begun,
  nodes: [
    ...begun.nodes,
    {
      id: "jam",
      kind: "alert",
      name: "Jam",
      config: { type: "Jam", severity: "major", raise: slowIs(5) },
    },
  ],
  edges: [...begun.edges, { from: "in", output: "out", to: "jam" }],
  layout: { ...begun.layout, jam: { x: 300, y: 200 } },
};
const configs = async () => {
  const { conditions, nodes } = await roads.draft();
  const of = (id: string) => nodes.find((node) => node.id === id)!.config;
  return { conditions, when: of("slow").when, raise: of("jam").raise };
};
const rushHour = { condition: "rush hour" };

async function inBothColours(name: string) {
  const page = roads.page();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await seriousFindings(page)).toEqual([]);
    await shot(page, `${name}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

test(
  "a condition is named where it stands, used in another step, changed in one place, and written out when it goes",
  async () => {
    await roads.openAnew(jammed);
    const page = roads.page();
    const { details, node, choose, act, ready, saved } = flowPage(page);
    const button = (name: string) => details.getByRole("button", { name, exact: true });

    await choose("slow");
    await button("Name this condition, Condition").click();
    const naming = details.getByLabel("Name of the condition, Condition");
    await ready(naming);
    await naming.fill("rush hour");
    await shot(page, "naming");
    await page.keyboard.press("Enter");
    await expect.poll(() => node("slow").innerText()).toContain('"rush hour"');
    await ready(details.getByLabel("Named condition, Condition", { exact: true }));
    await saved();
    expect(await configs()).toEqual({
      conditions: { "rush hour": slowIs(30) },
      when: rushHour,
      raise: slowIs(5),
    });

    await choose("jam");
    await button("Add named condition, Raise when").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "rush hour" }).waitFor();
    await inBothColours("name-menu");
    await page.getByRole("menuitem", { name: "rush hour" }).click();
    await button("Remove condition, Raise when 1").click();
    await expect.poll(() => node("jam").innerText()).toContain('Major Jam when "rush hour"');
    await saved();
    expect((await configs()).raise).toEqual(rushHour);
    await inBothColours("named-in-step");

    await button('Show condition "rush hour"').click();
    await details.getByRole("heading", { level: 2, name: "Conditions" }).waitFor();
    await details.getByText("Used in 2 places:").waitFor();
    await details.getByLabel("Value, rush hour", { exact: true }).fill("40");
    await details.getByText("speed is below 40", { exact: true }).waitFor();
    await inBothColours("conditions");
    await saved();
    expect(await configs()).toEqual({
      conditions: { "rush hour": slowIs(40) },
      when: rushHour,
      raise: rushHour,
    });

    await page.getByRole("button", { name: "Try it", exact: true }).click();
    await details.getByLabel("New field").fill("speed");
    await details.getByRole("button", { name: "Add field" }).click();
    const speed = details.getByLabel("speed of message 1");
    await speed.fill("35");
    await details
      .getByText(/Alarm “Jam” \(\w+\) is raised/)
      .first()
      .waitFor(patience);
    await details.getByText("1 point is saved to roads").waitFor(patience);
    await speed.fill("45");
    await expect.poll(() => details.getByText(/Alarm “Jam”/).count(), patience).toBe(0);
    await expect.poll(() => details.getByText("1 point is saved to roads").count(), patience).toBe(0);

    await page.keyboard.press("Escape");
    await act("Conditions");
    await button('Delete condition "rush hour"').click();
    const asked = page.getByRole("dialog", { name: 'Delete condition "rush hour"?' });
    await expect.poll(() => asked.getByRole("listitem").allInnerTexts()).toEqual(["Slow only", "Jam"]);
    await inBothColours("delete-used");
    await asked.getByRole("button", { name: "Write out and delete" }).click();
    await details.getByText("No named conditions yet").waitFor();
    await inBothColours("no-conditions");
    await saved();
    expect(await configs()).toEqual({ conditions: undefined, when: slowIs(40), raise: slowIs(40) });

    await act("Undo");
    await details.getByText("Used in 2 places:").waitFor();
    await saved();
    expect(await configs()).toMatchObject({ conditions: { "rush hour": slowIs(40) }, raise: rushHour });
  },
  slow,
);

test(
  "a condition is made and renamed in the list, with every name that uses it, and a step that uses it is a click away",
  async () => {
    await roads.openAnew({
      ...jammed,
      conditions: { slow: slowIs(30) },
      nodes: jammed.nodes.map((node) =>
        node.id === "slow" ? { ...node, config: { when: { condition: "slow" } } } : node,
      ),
    });
    const page = roads.page();
    const { details, act, ready, saved } = flowPage(page);
    const button = (name: string) => details.getByRole("button", { name, exact: true });
    await act("Conditions");
    await button("New condition").click();
    const naming = details.getByLabel("Name of the new condition");
    await ready(naming);
    await naming.fill("slow");
    await details.getByText("Another condition has this name.").waitFor();
    await naming.fill("standstill");
    await page.keyboard.press("Enter");
    await button("Add named condition, standstill").click();
    await page.getByRole("menuitem", { name: "slow" }).click();
    await details.getByText("Used in 2 places:").waitFor();
    await button('Rename condition "slow"').click();
    await ready(details.getByLabel('New name of the condition "slow"'));
    await page.keyboard.press("Control+a");
    await page.keyboard.type("creeping");
    await page.keyboard.press("Enter");
    await ready(button('Rename condition "creeping"'));
    await saved();
    expect(await configs()).toMatchObject({
      conditions: { creeping: slowIs(30), standstill: { condition: "creeping" } },
      when: { condition: "creeping" },
    });
    // In its own form a condition offers none that would lead back to it.
    await button('Edit condition "creeping"').click();
    await details.getByLabel("Value, creeping", { exact: true }).waitFor();
    expect(await button("Add named condition, creeping").count()).toBe(0);
    await inBothColours("two-conditions");
    await button("Slow only").click();
    await details.getByRole("heading", { level: 2, name: "Slow only" }).waitFor();
  },
  slow,
);

test(
  "where a group that stands alone gets a name, the focus goes to the name",
  async () => {
    const raise = { all: [{ any: [...slowIs(5).all, ...slowIs(7).all] }] };
    await roads.openAnew({
      ...jammed,
      nodes: jammed.nodes.map((node) =>
        node.id === "jam" ? { ...node, config: { ...node.config, raise } } : node,
      ),
    });
    const page = roads.page();
    const { details, choose, ready, saved } = flowPage(page);
    await choose("jam");
    await details.getByRole("button", { name: "Name this condition, Raise when 1", exact: true }).click();
    const naming = details.getByLabel("Name of the condition, Raise when 1");
    await ready(naming);
    await naming.fill("crawl");
    await page.keyboard.press("Enter");
    await ready(details.getByLabel("Named condition, Raise when", { exact: true }));
    await saved();
    expect(await configs()).toMatchObject({
      conditions: { crawl: raise.all[0] },
      raise: { condition: "crawl" },
    });
  },
  slow,
);

test("the page complained of nothing", () => {
  expect(roads.complaints().filter((text) => !text.includes("412"))).toEqual([]);
});
