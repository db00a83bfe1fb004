import { describe, expect, test } from "vitest";
import { type Field, type Fields, leavingBy } from "../../engine/flow/fields.ts";
import { fieldTypeOf } from "../../engine/model/payload.ts";
import { nodeKinds } from "../../engine/nodes/kinds.ts";
import { play } from "./host.ts";

const all = nodeKinds.flatMap((kind) =>
  kind.examples.map((example) => [kind.kind, example.title, kind, example] as const),
);

describe.each(all)("%s: %s", (name, _, kind, example) => {
  const given = example.given.flatMap((one) => ("values" in one ? Object.entries(one.values) : []));
  const byName = new Map<string, Field>();
  for (const [field, value] of given) {
    const known = byName.get(field);
    const type = fieldTypeOf(value);
    byName.set(field, { type: known && known.type !== type ? undefined : type });
  }
  const fields: Fields = { byName, claim: "closed" };
  const leaving = leavingBy(kind, { id: "node", kind: name, config: example.config as never }, fields, {
    profiles: [],
    tables: example.tables,
  });

  test("each field that leaves is one the kind tells of, with the type it tells", () => {
    for (const [output, { values }] of play(kind, example).out) {
      const told = leaving(output);
      if (told.claim === "none") continue;
      for (const [field, value] of Object.entries(values)) {
        expect([...told.byName.keys()], `${field} at ${output}`).toContain(field);
        const type = told.byName.get(field)?.type;
        if (type && value !== null) expect(fieldTypeOf(value), `type of ${field} at ${output}`).toBe(type);
      }
    }
  });
});

test("what leaves by an output that keeps or removes fields holds no others", () => {
  const calculate = nodeKinds.find(({ kind }) => kind === "calculate")!;
  const fields: Fields = {
    byName: new Map([
      ["a", { type: "number", unit: "km/h" }],
      ["b", { type: "text" }],
      ["c", {}],
    ]),
    claim: "open",
  };
  const config = {
    convert: [{ of: "a", from: "km/h", to: "m/s", as: "speed" }],
    calculate: [
      { as: "twice", expression: "speed * 2" },
      { as: "label", expression: "b + string(twice)" },
    ],
    rename: [{ of: "b", as: "name" }],
    keep: ["speed", "twice", "label", "name", "c"],
    remove: ["c"],
  };
  const { byName, claim } = leavingBy(calculate, { id: "n", kind: "calculate", config }, fields, {
    profiles: [],
  })("out");
  expect(claim).toBe("closed");
  expect(Object.fromEntries(byName)).toEqual({
    speed: { type: "number", unit: "m/s" },
    twice: { type: "number" },
    label: { type: "text" },
    name: { type: "text" },
  });
});
