import { expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { flowPage } from "./flow-page.ts";
import { begun, openRoads, slow } from "./roads.ts";

const roads = openRoads("mending");

test(
  "deploying a flow with problems is refused in words, and a problem leads to its setting",
  async () => {
    await roads.openAnew();
    const page = roads.page();
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

test(
  "a problem that the page can mend has a button beside it; each is one step back",
  async () => {
    const broken: Flow = {
      ...begun,
      nodes: [
        ...begun.nodes,
        { id: "odd", kind: "quantum", config: {} },
        { id: "lost", kind: "save", name: "Lost", config: { measurement: "lost", colour: "red" } },
      ],
      edges: [...begun.edges, { from: "slow", output: "fast", to: "keep" }],
    };
    await roads.openAnew(broken);
    const page = roads.page();
    const { saved, edges } = flowPage(page);
    const list = async () => page.getByRole("button", { name: /\d problems?$/ }).click();
    await list();
    await page.getByRole("button", { name: "Take out colour" }).click();
    await list();
    await page.getByRole("button", { name: "Remove step" }).click();
    await list();
    await page.getByRole("button", { name: "Remove connection Slow only → Keep" }).click();
    await list();
    await page.getByRole("button", { name: "Connect…" }).click();
    const dialog = page.getByRole("dialog", { name: "What leads to “Lost”?" });
    await dialog.getByRole("button", { name: "Slow only It does not" }).click();
    await page.getByText("No problems").waitFor();
    await saved();
    expect((await roads.draft()).edges).toEqual([
      ...begun.edges,
      { from: "slow", output: "drop", to: "lost" },
    ]);
    await page.keyboard.press("Control+z");
    await expect.poll(() => edges.count()).toBe(2);
    await page.getByRole("button", { name: "1 problem" }).waitFor();
  },
  slow,
);

test(
  "a flow without a way in gets one from the list of problems",
  async () => {
    await roads.openAnew({ ...begun, nodes: begun.nodes.slice(1), edges: begun.edges.slice(1) });
    const page = roads.page();
    await page.getByRole("button", { name: /\d problems?$/ }).click();
    await page.getByRole("button", { name: "Add Input" }).click();
    await flowPage(page).node("input").waitFor();
  },
  slow,
);

test(
  "settings are changed as JSON behind Advanced, checked by the schema, and the form follows",
  async () => {
    await roads.openAnew();
    const page = roads.page();
    const { node, details, setting, saved } = flowPage(page);
    await node("keep").click();
    await details.getByText("Advanced: as JSON").click();
    const box = details.getByRole("textbox", { name: "Settings as JSON" });
    await box.fill('{ "measurement": "from_json" }');
    await expect.poll(() => setting("Measurement").inputValue()).toBe("from_json");
    await box.fill('{ "measurement": 5 }');
    await details.locator(".cm-lintRange-error").first().waitFor();
    await page.getByRole("button", { name: "1 problem" }).waitFor();
    await box.fill("{ no");
    await details.getByText("This is no JSON object yet").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await saved();
    expect((await roads.draft()).nodes[2]?.config).toEqual({ measurement: "roads" });
  },
  slow,
);

test(
  "an expression is completed from fields, functions and parts of the device, and its error is said",
  async () => {
    const calc = { as: "limit", expression: "speed *" };
    await roads.openAnew({
      ...begun,
      nodes: [...begun.nodes, { id: "calc", kind: "calculate", config: { calculate: [calc] } }],
      edges: [...begun.edges, { from: "in", output: "out", to: "calc" }],
    });
    const page = roads.page();
    const { node, details, saved } = flowPage(page);
    await node("calc").click();
    const box = details.getByRole("textbox", { name: "Expression" });
    await details
      .getByText(/is wrong at its end/)
      .first()
      .waitFor();
    await box.click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" dev");
    await page.getByRole("option", { name: /^device/ }).waitFor();
    // A list that has just opened takes no key yet, so that it surprises nobody who is typing.
    await page.waitForTimeout(200);
    await page.keyboard.press("Enter");
    await page.keyboard.type(".na");
    await page.getByRole("option", { name: /^name/ }).waitFor();
    await page.waitForTimeout(200);
    await page.keyboard.press("Enter");
    await expect.poll(() => box.textContent()).toBe("speed * device.name");
    await expect.poll(() => details.getByText(/is wrong/).count()).toBe(0);
    await saved();
    expect((await roads.draft()).nodes[3]?.config).toEqual({
      calculate: [{ as: "limit", expression: "speed * device.name" }],
    });
    await page.keyboard.press("Tab");
    expect(await box.evaluate("document.activeElement.closest('.cm-editor')")).toBeNull();
  },
  slow,
);

test("the page complained of nothing", () => {
  expect(roads.complaints().filter((text) => !text.includes("412"))).toEqual([]);
});
