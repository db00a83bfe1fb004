import { describe, expect, test } from "vitest";
import * as z from "zod";
import { outputsOf } from "../../engine/nodes/kind.ts";
import { kindByName, nodeKinds } from "../../engine/nodes/kinds.ts";
import { play } from "./host.ts";

test("kinds come in the order an author meets them, each found by its name", () => {
  expect(nodeKinds.map((kind) => kind.kind)).toEqual([
    "input",
    "filter",
    "switch",
    "change",
    "throttle",
    "deduplicate",
    "schedule",
    "absence",
    "geofence",
    "sequence",
    "join",
    "enrich",
    "calculate",
    "aggregate",
    "alert",
    "command",
    "save",
    "notify",
    "flow",
  ]);
  for (const kind of nodeKinds) expect(kindByName(kind.kind)).toBe(kind);
  expect(kindByName("constructor")).toBeUndefined();
});

describe.each(nodeKinds.map((kind) => [kind.kind, kind] as const))("%s", (_, kind) => {
  test("shows at least three examples", () => {
    expect(kind.examples.length).toBeGreaterThanOrEqual(3);
  });

  test("has a JSON Schema with a title for every setting", () => {
    const schema = z.toJSONSchema(kind.config, { io: "input", unrepresentable: "any" });
    const properties = Object.entries(schema.properties ?? {}) as [string, { title?: string }][];
    expect(properties.length).toBeGreaterThan(0);
    for (const [name, property] of properties) expect(property.title, name).toBeTruthy();
  });

  test.each(kind.examples.map((example) => [example.title, example] as const))("%s", (_, example) => {
    const host = play(kind, example);
    expect(host.out.map(([output, { values }]) => [output, values])).toEqual(example.expect.out ?? []);
    expect(host.handed.map(({ values }) => values)).toEqual(example.expect.handed ?? []);
    expect(host.wishes).toHaveLength(example.expect.wishes?.length ?? 0);
    for (const [index, wish] of (example.expect.wishes ?? []).entries())
      expect(host.wishes[index]).toEqual(expect.objectContaining(wish));
    const names = outputsOf(kind, example.config).map(({ name }) => name);
    for (const [output] of host.out) expect(names).toContain(output);
    expect(kind.describe(kind.config.parse(example.config))).toMatch(/\S/);
  });
});
