import { expect, test } from "vitest";
import type { Value, Values } from "../../engine/model/value.ts";
import { maxOpen } from "../../engine/nodes/command-open.ts";
import { kindByName } from "../../engine/nodes/kinds.ts";
import { Host } from "./host.ts";

const command = (config: object) => new Host(kindByName("command")!, { method: "fanOn", ...config });
const fallen = {
  when: { all: [{ fact: "temperature", operator: "lessThan", value: { fact: "before.temperature" } }] },
  within: "5m",
};
const outputs = (host: Host) => host.out.map(([output]) => output);

test.each<[of: string, temperature: Value | undefined, confirms: boolean]>([
  ["a lower number", 23.9, true],
  ["the same number", 24, false],
  ["null", null, false],
  ["nothing", undefined, false],
  ["a text", "cold", false],
  ["a list", ["cold"], false],
  ["minus infinity", -Infinity, true],
  ["infinity", Infinity, false],
])("of %s as the later reading, a fan is confirmed or not", (_, temperature, confirms) => {
  const host = command({ confirm: fallen });
  host.message({ at: 0, values: { temperature: 24 } });
  host.result({ at: 1000, command: 1, state: "succeeded" });
  const values: Values = temperature === undefined ? {} : { temperature };
  host.message({ at: 2000, values, passesBy: true });
  expect(outputs(host)).toEqual(confirms ? ["sent", "succeeded"] : ["sent"]);
  host.tick(400_000);
  expect(outputs(host)).toEqual(["sent", confirms ? "succeeded" : "failed"]);
  expect(host.state()).toBeUndefined();
  expect(host.wakeAt()).toBeNull();
});

test("a reading that comes after its time confirms nothing, even before the clock says so", () => {
  const host = command({ confirm: fallen });
  host.message({ at: 0, values: { temperature: 24 } });
  host.result({ at: 1000, command: 1, state: "succeeded" });
  host.message({ at: 301_001, values: { temperature: 1 }, passesBy: true });
  expect(outputs(host)).toEqual(["sent", "failed"]);
});

test("a reading that was taken before the message confirms nothing, although it comes later", () => {
  const host = command({ confirm: fallen });
  host.message({ at: 100_000, values: { temperature: 24 } });
  host.result({ at: 101_000, command: 1, state: "succeeded" });
  host.message({ at: 102_000, ts: 99_000, values: { temperature: 1 }, passesBy: true });
  expect(outputs(host)).toEqual(["sent"]);
});

test("readings before the answer confirm nothing", () => {
  const host = command({ confirm: fallen });
  host.message({ at: 0, values: { temperature: 24 } });
  host.message({ at: 1000, values: { temperature: 1 }, passesBy: true });
  host.result({ at: 2000, command: 1, state: "succeeded" });
  expect(outputs(host)).toEqual(["sent"]);
});

test("a result that comes twice, or for a command that nobody knows, changes nothing", () => {
  const host = command({});
  host.message({ at: 0, values: { n: 1 } });
  for (const state of ["failed", "succeeded", "approved"] as const)
    host.result({ at: 1000, command: 1, state });
  expect(outputs(host)).toEqual(["sent", "failed"]);
});

test(`of a device ${maxOpen} commands are followed; the oldest ones beyond that leave by failed`, () => {
  const host = command({});
  for (let n = 0; n < maxOpen + 2; n++) host.message({ at: n, values: { n } });
  const left = host.out.filter(([output]) => output === "failed").map(([, { values }]) => values.n);
  expect(left).toEqual([0, 1]);
  expect((host.state() as { q: unknown[] }).q).toHaveLength(maxOpen);
  host.result({ at: 1000, command: 1, state: "succeeded" });
  expect(outputs(host).at(-1)).toBe("sent");
  host.result({ at: 1000, command: 3, state: "succeeded" });
  expect(host.out.at(-1)![1].values.n).toBe(2);
});

test("confirmations of 100 devices are waited for, without long answers; the oldest beyond that leave by failed", () => {
  const host = command({ to: { who: "selection", profile: "fan" }, confirm: fallen });
  host.message({ at: 0, values: { temperature: 24 } });
  for (let n = 0; n < 102; n++)
    host.result({
      at: 1000,
      command: 1,
      state: "succeeded",
      of: 200,
      told: { id: n, answer: "x".repeat(n === 101 ? 2000 : 20) },
    });
  expect(host.out.slice(1).map(([output, { values }]) => [output, (values.command as Values).id])).toEqual([
    ["failed", 0],
    ["failed", 1],
  ]);
  host.message({ at: 2000, values: { temperature: 1 }, passesBy: true });
  const answers = host.out.slice(3).map(([, { values }]) => (values.command as Values).answer);
  expect(answers).toHaveLength(100);
  expect(answers.slice(-2)).toEqual(["x".repeat(20), null]);
});

test("messages that are followed hold 64 KiB of a device at most", () => {
  const host = command({});
  for (let n = 0; n < 4; n++) host.message({ at: n, values: { n, text: "x".repeat(30_000) } });
  expect(JSON.stringify(host.state()).length).toBeLessThan(66_000);
  expect(outputs(host)).toEqual(["sent", "sent", "failed", "sent", "failed", "sent"]);
});

test("the keys of a device that are remembered are bounded, and forgotten oldest first", () => {
  const host = command({ key: "=job" });
  for (let job = 0; job < 60; job++) {
    host.message({ at: job, values: { job } });
    host.result({ at: job, command: job + 1, state: "succeeded" });
  }
  expect((host.state() as { k: string[] }).k).toHaveLength(50);
  expect(host.wishes).toHaveLength(60);
  host.message({ at: 100, values: { job: 59 } });
  expect(host.wishes).toHaveLength(60);
});

test.each<[of: string, attribute: Value | undefined]>([
  ["missing", undefined],
  ["null", null],
  ["a list", ["B"]],
  ["an empty text", ""],
])("a zone that is %s makes a command to related devices fail, and nothing is sent", (_, zone) => {
  const host = command({ to: { who: "related", attribute: "zone" } });
  host.message({ at: 0, values: {}, device: { attributes: zone === undefined ? {} : { zone } } });
  expect(outputs(host)).toEqual(["failed"]);
  expect(host.wishes).toMatchObject([
    { refused: expect.stringMatching(/attribute "zone" of the device holds no/) },
  ]);
});

test("a selection's value is calculated; one that comes to none fails", () => {
  const host = command({ to: { who: "selection", attribute: "zone", equals: "=zone" } });
  for (const zone of ["B", 4, false, null]) host.message({ at: 0, values: { zone } });
  expect(host.wishes.map((wish) => wish.type === "command" && wish.to)).toEqual([
    ...["B", 4, false].map((equals) => ({ type: "selection", attribute: "zone", equals })),
    undefined,
  ]);
  expect(outputs(host)).toEqual(["sent", "sent", "sent", "failed"]);
});

test.each<[to: object, path: string, message: RegExp]>([
  [{ who: "named" }, "to.attribute", /is missing; name an attribute/],
  [{ who: "selection" }, "to.profile", /would go to all/],
  [{ who: "selection", attribute: "zone" }, "to.equals", /say what the attribute must be/],
  [{ who: "selection", profile: "fan", equals: 1 }, "to.attribute", /say what must equal this/],
])("%j is refused at %s", (to, path, message) => {
  const { error } = kindByName("command")!.config.safeParse({ method: "x", to });
  expect(error!.issues.map((issue) => issue.path.join("."))).toEqual([path]);
  expect(error!.issues[0]!.message).toMatch(message);
});

test("a confirmation needs a condition and a time; with neither there is none", () => {
  const check = (confirm: object) =>
    (kindByName("command")!.config.safeParse({ method: "x", confirm }).error?.issues ?? []).map(
      ({ path, message }) => `${path.join(".")} ${message}`,
    );
  expect(check({ within: "5m" })).toEqual(["confirm.when is missing; say what a later reading must show"]);
  expect(check({ when: fallen.when })).toEqual(["confirm.within is missing; say how long to wait for it"]);
  expect(check({})).toEqual([]);
  const host = command({ confirm: {} });
  host.message({ at: 0, values: { n: 1 } });
  host.result({ at: 1, command: 1, state: "succeeded" });
  expect(outputs(host)).toEqual(["sent", "succeeded"]);
});

test("an expression of the target that is wrong is said at validation", () => {
  expect(() => command({ to: { who: "selection", attribute: "a", equals: "=1 +" } })).toThrow(
    /^to\.equals: /,
  );
  expect(() => command({ key: "=1 +" })).toThrow(/^key: /);
  expect(() => command({ method: "=1 +" })).toThrow(/^method: /);
});
