import { expect, test } from "vitest";
import * as z from "zod";
import { compilePlan } from "../../engine/flow/compile.ts";
import { validateFlow } from "../../engine/flow/validate.ts";
import type { Flow } from "../../engine/model/flow.ts";
import { defineKind, outputsOf, presentConfig } from "../../engine/nodes/kind.ts";
import { kindByName } from "../../engine/nodes/kinds.ts";

const when = { all: [{ fact: "v", operator: "lessThan", value: 1 }] };
const flow = (edges: Flow["edges"]) => ({
  id: "f",
  name: "F",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "which", kind: "switch", config: { cases: [{ name: "slow lane", when }] } },
    { id: "save", kind: "save", config: { measurement: "m" } },
  ],
  edges: [{ from: "in", to: "which" }, ...edges],
});

test("a switch has an output for each case, and one for the rest", () => {
  const kind = kindByName("switch")!;
  const names = (config: unknown) => outputsOf(kind, config).map(({ name }) => name);
  expect(names({ cases: [{ name: "jam" }, { name: "slow" }] })).toEqual(["jam", "slow", "else"]);
  expect(names({ cases: [{ name: "jam" }, {}, null, { name: 3 }, { name: "jam" }] })).toEqual([
    "jam",
    "else",
  ]);
  for (const config of [{}, null, { cases: "jam" }]) expect(names(config)).toEqual(["else"]);
});

test("an edge may begin at the output of a case, and at no other", () => {
  const good = validateFlow(flow([{ from: "which", output: "slow lane", to: "save" }]));
  expect(good.problems).toEqual([]);
  const { flows } = compilePlan([{ version: 1, definition: good.flow! }]);
  expect(flows[0]!.edges.map(({ key }) => key)).toEqual(["in:out>which", "which:slow lane>save"]);
  const bad = validateFlow(flow([{ from: "which", output: "slow", to: "save" }]));
  expect(bad.problems[0]).toMatchObject({
    code: "unknown_output",
    message: expect.stringMatching(/has no output "slow"\..* Its outputs: slow lane, else\.$/),
  });
});

test("settings of an older version are brought to the present one, others are left alone", () => {
  const kind = defineKind({
    ...kindByName("filter")!,
    version: 3,
    config: z.strictObject({ limit: z.number() }),
    describe: () => "",
    create: () => ({ evaluate: () => ({}) }),
    upgrade: (config, from) => (from < 2 && "max" in config ? { limit: config.max! } : config),
  });
  expect(presentConfig(kind, { config: { max: 4 } })).toEqual({ limit: 4 });
  expect(presentConfig(kind, { config: { max: 4 }, version: 2 })).toEqual({ max: 4 });
  expect(presentConfig(kind, { config: { limit: 4 }, version: 3 })).toEqual({ limit: 4 });
});
