import { expect, test } from "vitest";
import { compilePlan } from "../../engine/flow/compile.ts";
import { run } from "../../engine/flow/run.ts";
import { LaneState } from "../../engine/flow/state.ts";
import { tryFlow } from "../../engine/flow/try.ts";
import type { Flow } from "../../engine/model/flow.ts";
import { type Payload, payloadSchema } from "../../engine/model/payload.ts";
import type { Values } from "../../engine/model/value.ts";
import { compilePayload } from "../../engine/rules/payload.ts";

const payload: Payload = {
  fields: [
    { name: "speed", type: "number", unit: "km/h", minimum: 0, maximum: 250 },
    { name: "lane", type: "text" },
  ],
  open: false,
  enforce: true,
};
const check = compilePayload("loop", payload);

test.each<[Values, RegExp | undefined]>([
  [{ speed: 40, lane: "A" }, undefined],
  [{ speed: null }, undefined],
  [{}, undefined],
  [{ speed: "40" }, /^The field "speed" is text; the profile "loop" asks for a number\. Send a number/],
  [{ lane: ["A"] }, /"lane" is a list; .* asks for text/],
  [{ speed: -1 }, /"speed" is -1, below the minimum of 0 km\/h/],
  [{ speed: 251 }, /"speed" is 251, above the maximum of 250 km\/h/],
  [{ sped: 4 }, /no field "sped"\. Did you mean "speed"\? Send its fields only/],
])("%j is held against the payload", (values, violation) => {
  if (violation) expect(check(values)).toMatch(violation);
  else expect(check(values)).toBeUndefined();
});

test("an open payload lets other fields in", () => {
  expect(compilePayload("loop", { ...payload, open: true })({ sped: 4 })).toBeUndefined();
});

test.each<[unknown, string]>([
  [{ fields: [{ name: "a", type: "text", minimum: 1 }] }, "fields.0.minimum"],
  [{ fields: [{ name: "a", type: "number", minimum: 2, maximum: 1 }] }, "fields.0.maximum"],
  [
    {
      fields: [
        { name: "a", type: "number" },
        { name: "a", type: "text" },
      ],
    },
    "fields.1.name",
  ],
  [{ fields: [{ name: "__proto__", type: "number" }] }, "fields.0.name"],
  [{ fields: [{ name: "a", type: "date" }] }, "fields.0.type"],
])("the payload %j is refused at %s", (input, path) => {
  expect(payloadSchema.safeParse(input).error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
});

const flow: Flow = {
  id: "f",
  name: "F",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "keep", kind: "save", config: { measurement: "m" } },
  ],
  edges: [{ from: "in", to: "keep" }],
  layout: {},
};

test("a message against its profile's payload becomes a dead letter, and enters no flow", () => {
  const plan = compilePlan([{ version: 1, definition: flow }], { payloads: { loop: payload } });
  const state = new LaneState();
  const send = (profile: string, payload: string, upload: "telemetry" | "attributes" = "telemetry") => {
    const context = { id: profile, name: profile, profile, attributes: {}, revision: 1 };
    const entry = {
      type: "upload",
      device: profile,
      upload,
      arrivedAt: 9,
      payload,
      binary: false,
      id: "",
      checkId: false,
      context,
    } as const;
    const outcome = run({ lane: 0, maxAheadMs: 0, plan, compile: () => plan }, state, [entry]);
    return [outcome.points.length, outcome.effects.filter(({ type }) => type === "dead-letter")];
  };
  expect(send("loop", '{"speed":40}')).toEqual([1, []]);
  expect(send("loop", '{"speed":400}')).toMatchObject([0, [{ reason: "schema_violation", device: "loop" }]]);
  expect(send("other", '{"speed":400}')).toEqual([1, []]);
  expect(send("loop", '[{"speed":40},{"speed":"fast"}]')).toMatchObject([
    0,
    [
      {
        message: expect.stringMatching(/^Reading 1: The field "speed" is text/),
        raw: expect.stringMatching(/./),
      },
    ],
  ]);
  expect(send("loop", '{"firmware":"1.2"}', "attributes")[1]).toEqual([]);
});

test("a trial holds messages to the payload, too", () => {
  const profiles = [{ name: "loop", class: "industrial", description: "", payload } as const];
  const device = { id: "d", name: "D", profile: "loop", attributes: {} };
  const { effects } = tryFlow(flow, [{ device, at: 1, values: { speed: 999 } }], { profiles });
  expect(effects).toMatchObject([{ type: "dead-letter", reason: "schema_violation" }]);
});
