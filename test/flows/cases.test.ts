import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { casesSchema, runCases } from "../../engine/flow/cases.ts";
import { validateFlow } from "../../engine/flow/validate.ts";
import { flowSchema } from "../../engine/model/flow.ts";
import { placeIn } from "../../engine/model/layout.ts";

const root = new URL("../../flows", import.meta.url).pathname;
const read = (...path: string[]) => JSON.parse(readFileSync(join(root, ...path), "utf8"));
const shipped = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({
    name,
    flow: flowSchema.parse(read(name, "flow.json")),
    cases: casesSchema.parse(read(name, "cases.json")),
  }));

it("nine flows are shipped, with 70 cases in all", () => {
  expect(shipped.map(({ name }) => name).sort()).toEqual([
    "cold-room-door",
    "congestion",
    "depot-stay",
    "pump-starts",
    "road-slowdown",
    "room-cooling",
    "sensor-health",
    "station-silent",
    "travel-report",
  ]);
  expect(shipped.flatMap(({ cases }) => cases)).toHaveLength(70);
});

describe.each(shipped)("the flow $name", ({ name, flow, cases }) => {
  it("has its folder's name as id, and no problems", () => {
    expect(flow.id).toBe(name);
    expect(validateFlow(flow).problems).toEqual([]);
  });

  it("names every node and gives it a place of its own", () => {
    expect(Object.keys(flow.layout).sort()).toEqual(flow.nodes.map((node) => node.id).sort());
    const placeOf = (id: string) => placeIn(flow.layout, id)!;
    const places = flow.nodes.map(({ id }) => [id, placeOf(id)] as const);
    for (const node of flow.nodes) expect(node.name, node.id).toMatch(/\w/);
    for (const [id, { x, y }] of places)
      for (const [other, place] of places)
        if (id !== other)
          expect(Math.abs(x - place.x) >= 300 || Math.abs(y - place.y) >= 170, `${id} and ${other}`).toBe(
            true,
          );
    for (const edge of flow.edges) {
      expect(placeOf(edge.from).x, `${edge.from} to ${edge.to}`).toBeLessThan(placeOf(edge.to).x);
      expect(edge.output, `${edge.from} to ${edge.to}`).toBeDefined();
    }
  });

  it("has a page for the expert that names every node", () => {
    const page = readFileSync(join(root, name, "README.md"), "utf8");
    for (const node of flow.nodes) expect(page).toContain(node.name);
  });

  it.each(runCases(flow, cases))("$title", ({ failures }) => {
    expect(failures).toEqual([]);
  });
});
