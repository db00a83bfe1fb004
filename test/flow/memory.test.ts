import { describe, expect, test } from "vitest";
import { fateOf } from "../../engine/flow/memory.ts";
import type { FlowNode } from "../../engine/model/flow.ts";
import type { Message } from "../../engine/model/message.ts";
import type { Values } from "../../engine/model/value.ts";
import type { Kind, Step } from "../../engine/nodes/kind.ts";
import { kindByName, nodeKinds } from "../../engine/nodes/kinds.ts";
import { play } from "../nodes/host.ts";

const node = (kind: string, config: object): FlowNode => ({ id: "it", kind, config: config as Values });
const below = (value: number) => ({ all: [{ fact: "v", operator: "lessThan", value }] });
const above = (value: number) => ({ all: [{ fact: "v", operator: "greaterThan", value }] });

const message = (at: number, v: number, more: Values = {}): Message => ({
  id: `0:${at}`,
  device: { id: "d", name: "d", profile: "default", attributes: { site: "Mill" }, revision: 1 },
  type: "telemetry",
  ts: at,
  arrivedAt: at,
  values: { v, ...more },
});

/** What leaves at the last message, when the others came under the settings before; with their state, and without. */
function leaves(kind: Kind, before: object, after: object, messages: readonly Message[]) {
  const [was, now] = [kind.create(kind.config.parse(before)), kind.create(kind.config.parse(after))];
  let state: unknown;
  for (const one of messages.slice(0, -1)) {
    const step = was.evaluate(one, state);
    if (step.state !== undefined) state = JSON.parse(JSON.stringify(step.state)) ?? undefined;
  }
  expect(state, "something is remembered").toBeDefined();
  const last = messages.at(-1)!;
  const told = ({ out, wishes }: Step) => ({ out: out ?? [], wishes: wishes ?? [] });
  return { withState: told(now.evaluate(last, state)), without: told(now.evaluate(last, undefined)) };
}

const avg = (window: object, more: object = {}) => ({
  window: { type: "tumbling", ...window },
  values: [{ of: "v", fn: "avg", as: "mean" }],
  ...more,
});
const jam = (more: object) => ({ type: "Jam", severity: "major", raise: below(20), ...more });
const two = (within: string) => ({ steps: [{ when: below(20) }, { when: above(30) }], within });
const minute = [message(0, 10), message(1000, 10), message(65_000, 90)];
const hours = [message(0, 10), message(1000, 10), message(9_000_000, 90)];
const repeated = [message(0, 10, { tag: "A" }), message(1000, 10, { tag: "A" })];

describe.each<[kind: string, what: string, before: object, after: object, messages: Message[], fate: string]>(
  [
    ["alert", "another limit", jam({}), jam({ raise: below(25) }), [message(0, 10), message(1, 90)], "kept"],
    ["alert", "a hold", jam({}), jam({ clearHold: "1s" }), [message(0, 10), message(1, 10)], "kept"],
    ["alert", "an identity", jam({}), jam({ identity: "=v" }), [message(0, 10), message(1, 90)], "anew"],
    ["aggregate", "a lateness", avg({ size: "1m" }), avg({ size: "1m" }, { lateness: "2s" }), minute, "kept"],
    ["aggregate", "another size", avg({ size: "1m" }), avg({ size: "30s" }), minute, "anew"],
    ["aggregate", "a zone", avg({ size: "1h" }), avg({ size: "1h", zone: "Europe/Madrid" }), hours, "anew"],
    ["aggregate", "sessions", avg({ size: "1m" }), avg({ type: "session", gap: "5s" }), minute, "anew"],
    [
      "aggregate",
      "another count",
      avg({ type: "count", count: 3 }),
      avg({ type: "count", count: 2 }),
      minute.slice(1),
      "kept",
    ],
    [
      "aggregate",
      "another value",
      avg({ size: "1m" }),
      { ...avg({ size: "1m" }), values: [{ of: "v", fn: "max", as: "most" }] },
      minute,
      "anew",
    ],
    ["throttle", "another limit", { limit: 1, per: "1m" }, { limit: 2, per: "1m" }, repeated, "kept"],
    [
      "throttle",
      "the last",
      { limit: 1, per: "1m" },
      { limit: 1, per: "1m", take: "last" },
      repeated,
      "anew",
    ],
    [
      "deduplicate",
      "another time",
      { within: "1m" },
      { within: "2m" },
      [message(0, 1), message(9, 1)],
      "kept",
    ],
    ["deduplicate", "fields", { within: "1m" }, { fields: ["tag"], within: "1m" }, repeated, "anew"],
    [
      "change",
      "another field too",
      { fields: [{ of: "v" }] },
      { fields: [{ of: "v" }, { of: "w" }] },
      repeated,
      "kept",
    ],
    ["sequence", "another time", two("1m"), two("2m"), [message(0, 10), message(9, 90)], "kept"],
    [
      "join",
      "another time",
      { one: below(20), other: above(30), within: "1m" },
      { one: below(20), other: above(30), within: "2m" },
      [message(0, 10), message(9, 90)],
      "kept",
    ],
    [
      "calculate",
      "another sum too",
      { sum: [{ of: "v", as: "total" }] },
      {
        sum: [
          { of: "v", as: "total" },
          { of: "v", as: "more" },
        ],
      },
      repeated,
      "kept",
    ],
  ],
)("%s with %s", (name, _, before, after, messages, fate) => {
  const kind = kindByName(name)!;

  test(`is said to be ${fate}`, () => {
    expect(fateOf(node(name, before), node(name, after))).toBe(fate);
  });

  test("is so", () => {
    const { withState, without } = leaves(kind, before, after, messages);
    if (fate === "kept") expect(withState).not.toEqual(without);
    else expect(withState).toEqual(without);
  });
});

test("grouped by something else, or of another kind, a node starts anew; taken out, its memory goes", () => {
  const before = node("deduplicate", { within: "1m" });
  expect(fateOf(before, node("deduplicate", { within: "1m", by: "site" }))).toBe("anew");
  expect(fateOf(before, node("change", { fields: [{ of: "v" }] }))).toBe("anew");
  expect(fateOf(before, undefined)).toBe("gone");
});

test("of a node that remembers nothing, and of settings that cannot be read, nothing is said", () => {
  const filter = node("filter", { when: below(1) });
  expect(fateOf(filter, node("filter", { when: below(2) }))).toBeUndefined();
  expect(fateOf(node("calculate", { calculate: [] }), undefined)).toBeUndefined();
  expect(fateOf(node("aggregate", { odd: true }), filter)).toBeUndefined();
});

describe.each(nodeKinds.map((kind) => [kind.kind, kind] as const))("%s", (_, kind) => {
  test.each(kind.examples.map((example) => [example.title, example] as const))(
    "says that it remembers where it does: %s",
    (_, example) => {
      const { hasRemembered } = play(kind, example);
      if (hasRemembered) expect(fateOf(node(kind.kind, example.config as object), undefined)).toBe("gone");
    },
  );
});

test("a sequence under way is dropped where the new settings have fewer steps", () => {
  const kind = kindByName("sequence")!;
  const three = { steps: [{ when: below(20) }, { when: above(30) }, { when: above(50) }], within: "1m" };
  const { withState } = leaves(kind, three, two("1m"), [message(0, 10), message(1, 40), message(2, 10)]);
  expect(withState.out).toEqual([]);
});
