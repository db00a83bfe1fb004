import { expect, test } from "vitest";
import type { Case } from "../../engine/flow/cases.ts";
import type { Flow } from "../../engine/model/flow.ts";
import { addDevice, ask, deployFlow } from "../support/product.ts";
import { seriousFindings } from "./chromium.ts";
import { flowPage } from "./flow-page.ts";
import { openRoads, patience, slow } from "./roads.ts";
import { shot } from "./screenshot.ts";

const roads = openRoads("trying");

const chain = (id: string, steps: Pick<Flow["nodes"][number], "id" | "kind" | "config">[]): Flow => ({
  id,
  name: id,
  schema: 1,
  nodes: steps,
  edges: steps.slice(1).map(({ id }, at) => ({ from: steps[at]!.id, output: "out", to: id })),
  layout: Object.fromEntries(steps.map(({ id }, at) => [id, { x: at * 300, y: 0 }])),
});
const limited = chain("limited", [
  { id: "in", kind: "input", config: {} },
  { id: "road", kind: "enrich", config: { related: [{ through: "road", attribute: "limit" }] } },
  { id: "keep", kind: "save", config: { measurement: "limits" } },
]);
const shared = chain("shared", [
  { id: "in", kind: "input", config: { from: "flows" } },
  { id: "more", kind: "enrich", config: { lookup: [{ table: "goods", by: "sort", column: "warmest" }] } },
  { id: "keep", kind: "save", config: { measurement: "goods" } },
]);
const handing = chain("handing", [
  { id: "in", kind: "input", config: {} },
  { id: "hand", kind: "flow", config: { flow: "shared" } },
]);
const doubled = chain("doubled", [
  { id: "in", kind: "input", config: {} },
  { id: "twice", kind: "calculate", config: { calculate: [{ as: "twice", expression: "speed * 2.0" }] } },
  { id: "keep", kind: "save", config: { measurement: "doubles" } },
]);
const cooling: Flow = {
  ...chain("cooling", [
    { id: "in", kind: "input", config: {} },
    { id: "fan", kind: "command", config: { method: "fanOn" } },
  ]),
  nodes: [
    { id: "in", kind: "input", name: "Cells", config: {} },
    { id: "fan", kind: "command", name: "Start the fan", config: { method: "fanOn", approval: true } },
    {
      id: "stuck",
      kind: "alert",
      name: "Is it stuck?",
      config: {
        type: "Fan stuck",
        severity: "major",
        raise: { all: [{ fact: "temperature", operator: "greaterThan", value: 8 }] },
      },
    },
  ],
  edges: [
    { from: "in", output: "out", to: "fan" },
    { from: "fan", output: "failed", to: "stuck" },
  ],
};

const details = () => flowPage(roads.page()).details;
async function tryIt(flow: Flow) {
  await roads.openAnew(flow);
  await roads.page().getByRole("button", { name: "Try it", exact: true }).click(patience);
}
async function type(field: string, value: string) {
  const column = details().getByLabel(`${field} of message 1`);
  if ((await column.count()) === 0) {
    await details().getByLabel("New field").fill(field);
    await details().getByRole("button", { name: "Add field" }).click();
  }
  await column.fill(value);
}

test(
  "a device is found on the server by a part of its name, by the keyboard, and comes with those that it names",
  async () => {
    const page = roads.page();
    const lines = Array.from({ length: 60 }, (_, at) => JSON.stringify({ name: `bridge ${at}` }));
    await fetch(`${roads.http()}/api/devices/bulk`, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: lines.join("\n"),
    });
    const name = "tunnel loop";
    await addDevice(roads.http(), { name, attributes: { road: "zone road" } });
    await addDevice(roads.http(), { name: "zone road", attributes: { limit: 83 } });
    await tryIt(limited);
    await type("speed", "12");
    const picker = details().getByRole("combobox", { name: "Last messages of" });
    await picker.focus();
    await page.keyboard.press("ArrowDown");
    await page.getByText("There are more; search to find them.").waitFor(patience);
    await shot(roads.page(), "picker");
    await page.keyboard.press("Escape");
    await expect.poll(() => picker.getAttribute("aria-expanded")).toBe("false");
    await page.keyboard.type("NEL LO");
    const options = page.locator("[data-combobox-option]:visible");
    await expect.poll(() => options.allTextContents(), patience).toEqual([name]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(() => picker.inputValue()).toBe(name);
    await details().getByText("Nothing was saved of this device yet").waitFor(patience);
    await details().getByText("1 point is saved to limits").waitFor(patience);
    await expect.poll(() => details().getByText("limit 83").count(), patience).toBeGreaterThan(0);
    expect(await seriousFindings(page)).toEqual([]);

    await picker.fill("no such place");
    await page.getByText("No device has “no such place” in its name or id.").waitFor(patience);
    await page.keyboard.press("Tab");
    await expect.poll(() => picker.inputValue()).toBe(name);
    await picker.fill("");
    await expect.poll(() => details().getByText("limit 83").count(), patience).toBe(0);
  },
  slow,
);

test(
  "the last messages of a device are what it sent, without what a flow made of it",
  async () => {
    const { id, token } = await addDevice(roads.http(), { name: "bridge loop" });
    await deployFlow(roads.http(), doubled);
    const send = (values: object) =>
      fetch(`${roads.http()}/api/v1/${token}/telemetry`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(values),
      });
    const saved = async () => Object.keys(await ask(`${roads.http()}/api/devices/${id}/latest`)).sort();
    await expect
      .poll(async () => (await send({ speed: 47 })) && (await saved()), patience)
      .toEqual(expect.arrayContaining(["speed", "twice"]));
    await tryIt(limited);
    await details().getByRole("combobox", { name: "Last messages of" }).fill("bridge loop");
    await roads.page().locator("[data-combobox-option]:visible").click();
    const columns = details().getByRole("columnheader");
    await expect.poll(() => columns.allInnerTexts(), patience).toContain("speed");
    expect(await columns.allInnerTexts()).not.toContain("twice");
    expect(await details().getByLabel("speed of message 1").inputValue()).toBe("47");
  },
  slow,
);

test(
  "a trial that goes on into another flow looks up what that one's tables say",
  async () => {
    const columns = [
      { name: "sort", type: "text" },
      { name: "warmest", type: "number" },
    ];
    const table = { key: "sort", columns, rows: [["fish", -18]] };
    await ask(`${roads.http()}/api/tables/goods`, "PUT", table);
    await roads.put(shared);
    await tryIt(handing);
    await type("sort", "fish");
    await details().getByText("1 point is saved to goods").waitFor(patience);
  },
  slow,
);

test(
  "a command of a trial is answered by form: the flow goes on from it, and the test case keeps it",
  async () => {
    const page = roads.page();
    await tryIt(cooling);
    await type("temperature", "9");
    const alarm = details().getByText(/Alarm “Fan stuck” \(\w+\) is raised/);
    const give = details().getByRole("button", { name: "Give an answer to command 1" });
    await give.click(patience);
    await details().getByLabel("What happens").selectOption("A person approves");
    await details().getByRole("button", { name: "Go on with it" }).click();
    await give.click();
    await details().getByLabel("What happens").selectOption("The device answers with an error");
    await details().getByLabel("So long after").fill("20s");
    await details().getByLabel("Why").fill("no power");
    expect(await alarm.count()).toBe(0);
    await shot(roads.page(), "answer-form");
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await alarm.first().waitFor(patience);
    await shot(roads.page(), "answered");
    expect(await seriousFindings(page)).toEqual([]);

    await details().getByRole("button", { name: "Save as test case" }).click();
    await details().getByText("1 test case, and it passes").waitFor(patience);
    const [kept] = await ask<Case[]>(`${roads.http()}/api/flows/cooling/cases`);
    expect(kept).toMatchObject({
      given: expect.arrayContaining([
        expect.objectContaining({ command: 1, state: "approved" }),
        expect.objectContaining({ command: 1, state: "failed", reason: "no power" }),
      ]),
      expect: { alarms: [{ type: "Fan stuck" }] },
    });

    const back = details().getByRole("button", { name: "Take back the answer to command 1" });
    await back.last().click();
    await expect.poll(() => alarm.count()).toBe(0);
  },
  slow,
);

test("the page complained of nothing", () => {
  expect(roads.complaints().filter((text) => !text.includes("412"))).toEqual([]);
});
