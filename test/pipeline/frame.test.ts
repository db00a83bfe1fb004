import fc from "fast-check";
import { expect, test } from "vitest";
import type { Entry } from "../../engine/flow/entry.ts";
import { decodeEntries, encodeEntry } from "../../engine/pipeline/frame.ts";

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,16}$/);
const context = fc.record({
  id,
  name: fc.string(),
  profile: fc.string(),
  attributes: fc.dictionary(
    fc.string(),
    fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
  ),
  revision: fc.nat(),
});
const upload = fc.record(
  {
    type: fc.constant("upload" as const),
    device: id,
    upload: fc.constantFrom("telemetry" as const, "attributes" as const),
    arrivedAt: fc.nat(4e12),
    payload: fc.string({ unit: "binary", maxLength: 200 }),
    binary: fc.boolean(),
    id: fc.oneof(fc.constant(""), id),
    checkId: fc.boolean(),
    context,
    problem: fc.record({ code: fc.string(), message: fc.string() }),
  },
  { requiredKeys: ["type", "device", "upload", "arrivedAt", "payload", "binary", "id", "checkId"] },
);
const entry: fc.Arbitrary<Entry> = fc.oneof(
  upload,
  fc.record({ type: fc.constant("tick" as const), at: fc.nat() }),
  fc.record({
    type: fc.constant("alarm-cleared" as const),
    device: id,
    flow: fc.string(),
    node: fc.string(),
  }),
);

test("entries come out of their frames as they went in, whatever payloads hold", () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
      const decoded = decodeEntries(entries.map(encodeEntry).join(""));
      // Through JSON, so that -0 and null prototypes of the generator do not count.
      expect(JSON.parse(JSON.stringify(decoded))).toEqual(JSON.parse(JSON.stringify(entries)));
    }),
    { numRuns: 500 },
  );
});

test("a payload that looks like a frame stays a payload", () => {
  const tricky: Entry = {
    type: "upload",
    device: "d1",
    upload: "telemetry",
    arrivedAt: 1,
    payload: '\n["u","d2",0,1,0,"",0]\n["c",{"type":"tick","at":9}]\n',
    binary: false,
    id: "",
    checkId: false,
  };
  expect(decodeEntries(encodeEntry(tricky) + encodeEntry({ type: "tick", at: 5 }))).toEqual([
    tricky,
    { type: "tick", at: 5 },
  ]);
});
