import { expect, test } from "vitest";
import type { Entry } from "../../engine/flow/entry.ts";
import type { DeviceContext } from "../../engine/model/device.ts";
import type { Values } from "../../engine/model/value.ts";
import { SeenFields } from "../../engine/pipeline/seen-fields.ts";

const contexts = new Map<string, DeviceContext>(
  ["loop", "pump"].map((profile) => [
    `${profile}-1`,
    { id: `${profile}-1`, name: profile, profile, attributes: {}, revision: 1 },
  ]),
);
const upload = (device: string, body: unknown): Entry => ({
  type: "upload",
  device,
  upload: "telemetry",
  arrivedAt: 0,
  payload: typeof body === "string" ? body : JSON.stringify(body),
  binary: false,
  id: "",
  checkId: false,
});

function open() {
  const told: [string, Values][] = [];
  const seen = new SeenFields((...one) => void told.push(one));
  return { look: (nowMs: number, ...entries: Entry[]) => seen.look(entries, contexts, nowMs), told };
}

test("one message of each profile is looked at now and then, and told where it has a new field", () => {
  const { look, told } = open();
  look(
    1,
    upload("loop-1", { speed: 41 }),
    upload("loop-1", { grip: 1 }),
    upload("pump-1", { ts: 5, values: { n: 1 } }),
  );
  expect(told.splice(0)).toEqual([
    ["loop", { speed: 41 }],
    ["pump", { n: 1 }],
  ]);
  look(5000, upload("loop-1", { grip: 1 }));
  look(5001, upload("loop-1", { speed: 42 }));
  expect(told).toEqual([]);
  look(11_000, upload("loop-1", [{ speed: 43, grip: 1 }, { grip: 2 }]));
  expect(told.splice(0)).toEqual([["loop", { speed: 43, grip: 2 }]]);
  look(620_000, upload("loop-1", { speed: 44 }));
  expect(told).toEqual([["loop", { speed: 44 }]]);
});

test("what cannot be read, has no field or is no telemetry is passed over; long values are cut short", () => {
  const { look, told } = open();
  look(1, { ...upload("loop-1", { speed: 1 }), upload: "attributes" } as Entry, { type: "tick", at: 1 });
  look(2, upload("loop-1", "{"));
  look(10_000, upload("loop-1", {}));
  look(20_000, { ...upload("loop-1", { speed: 1 }), binary: true } as Entry);
  look(30_000, upload("stranger", { speed: 1 }));
  look(40_000, upload("loop-1", { text: "x".repeat(20_000) }));
  expect(told).toEqual([]);
  look(50_000, upload("loop-1", { text: "x".repeat(1000), list: [1, { a: 2 }] }));
  expect(told).toEqual([["loop", { text: `${"x".repeat(120)}…`, list: '[1,{"a":2}]' }]]);
});
