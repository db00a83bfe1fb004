import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { clone, commitFile, git } from "../../../support/git.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { jam, openingServers, type Server } from "./open-repository.ts";

let dir: string;
let server: Server;
const opened = openingServers();
/** Version 1 of "jam" is live; there is a version 2. */
beforeEach(async () => {
  dir = join(tempFolder("flows"), "flows");
  server = await opened(dir);
  await server.publish(jam(20));
  await server.publish(jam(30));
  await server.deploy("jam", 1);
});

const north = { when: { all: [{ fact: "district", operator: "equal", value: "north" }] } };
const deployments = (at = dir) =>
  JSON.parse(readFileSync(join(at, "deployments.json"), "utf8")).deployments as {
    version: number;
    mode: string;
  }[];
const begin = async (candidate: Parameters<Server["registry"]["beginCandidate"]>[2]) => {
  await server.registry.beginCandidate("jam", 2, candidate);
  await server.repository.recorded({ flow: "jam", author: "Ben" });
};
const canary = { mode: "canary", devices: north, bounds: { errors: 3, withinMs: 60_000 } } as const;
/** Somebody pushes this as what runs. */
async function push(...rows: object[]) {
  const copy = clone(dir);
  const deployments = rows.map((row) => ({ flow: "jam", ...row }));
  commitFile(copy, "deployments.json", { schema: 1, deployments }, "By hand");
  git(copy, "push", "--quiet");
  await server.repository.look();
  return copy;
}
const problems = async () => (await server.repository.report()).problems.map(({ message }) => message);

test("what runs beside the live version is in the file, with all that was asked for", async () => {
  await begin(canary);
  const [first, second] = await server.registry.versions("jam");
  expect(deployments()).toEqual([
    {
      flow: "jam",
      version: 2,
      hash: first!.hash,
      mode: "canary",
      devices: north,
      rollBack: canary.bounds,
    },
    { flow: "jam", version: 1, hash: second!.hash, mode: "live" },
  ]);
  expect(git(dir, "log", "-1", "--format=%an: %s")).toBe("Ben: Deploy jam 1 and 2 as canary");
  await begin({ mode: "shadow", withinMs: 5000, forced: "Cases are old" });
  expect(deployments()).toMatchObject([
    { version: 1, mode: "live" },
    { version: 2, mode: "shadow", matchWithinMs: 5000, forced: "Cases are old" },
  ]);
  await server.registry.abandonCandidate("jam", 2);
  await server.repository.recorded();
  expect(deployments()).toMatchObject([{ version: 1, mode: "live" }]);
});

test("a clone gives a new server the same version beside the live one", async () => {
  await begin(canary);
  const fresh = await opened(clone(dir));
  expect(await fresh.live()).toEqual({ jam: 1 });
  expect(await fresh.registry.candidate("jam")).toMatchObject({
    version: 2,
    mode: "canary",
    devices: north,
    bounds: canary.bounds,
  });
  expect(fresh.told.at(-1)!.candidates).toMatchObject([{ version: 2, devices: north }]);
});

test("a push begins one, a revert of it takes it back, and a push promotes it", async () => {
  const copy = await push({ version: 1 }, { version: 2, mode: "canary", devices: { percent: 10 } });
  expect(await problems()).toEqual([]);
  expect(await server.registry.candidate("jam")).toMatchObject({ version: 2, devices: { percent: 10 } });
  expect(server.told.at(-1)!.candidates).toMatchObject([{ version: 2, mode: "canary" }]);
  git(copy, "pull", "--quiet");
  git(copy, "revert", "--no-edit", "HEAD~1..HEAD");
  git(copy, "revert", "--no-edit", "HEAD~2");
  git(copy, "push", "--quiet");
  await server.repository.look();
  expect(await problems()).toEqual([]);
  expect(await server.registry.candidate("jam")).toBeUndefined();
  expect(await server.live()).toEqual({ jam: 1 });
  await begin({ mode: "shadow", withinMs: 5000 });
  await push({ version: 2 });
  expect(await server.live()).toEqual({ jam: 2 });
  expect(await server.registry.candidate("jam")).toBeUndefined();
  expect((await server.registry.deploymentLog("jam", 1))[0]).toMatchObject({ change: "promoted" });
});

test("the live version changes, and the one beside it is begun anew; alone, a shadow can stay", async () => {
  await server.publish(jam(40));
  await begin({ mode: "shadow", withinMs: 5000 });
  const before = (await server.registry.candidate("jam"))!.id;
  await push({ version: 3 }, { version: 2, mode: "shadow", matchWithinMs: 5000 });
  expect(await server.live()).toEqual({ jam: 3 });
  expect((await server.registry.candidate("jam"))!.id).toBeGreaterThan(before);
  await push({ version: 2, mode: "shadow", matchWithinMs: 5000 });
  expect(await server.live()).toEqual({});
  expect(await server.registry.candidate("jam")).toMatchObject({ version: 2, mode: "shadow" });
  await push();
  expect(await server.registry.candidate("jam")).toBeUndefined();
});

test.for<[name: string, rows: object[], message: string]>([
  [
    "an unknown mode",
    [{ version: 2, mode: "dark" }],
    'The mode is "dark"; choose one of "live", "shadow", "canary", "off".',
  ],
  [
    "a canary for nobody",
    [{ version: 1 }, { version: 2, mode: "canary" }],
    '"devices" is missing; give an object in { }.',
  ],
  [
    "a share that is none",
    [{ version: 1 }, { version: 2, mode: "canary", devices: { percent: 140 } }],
    '"devices.percent" is too big',
  ],
  [
    "a shadow for some",
    [{ version: 1 }, { version: 2, mode: "shadow", devices: { percent: 10 } }],
    'does not know "devices"; take it out',
  ],
  ["a canary alone", [{ version: 2, mode: "canary", devices: { percent: 10 } }], "does not run"],
  ["two that are live", [{ version: 1 }, { version: 2 }], "stands there twice"],
  [
    "two beside",
    [{ version: 1 }, ...["shadow", "shadow"].map((mode) => ({ version: 2, mode }))],
    "Two versions",
  ],
])("%s is reported", async ([, rows, message]) => {
  await push(...rows);
  expect(await problems()).toEqual([expect.stringContaining(message)]);
  expect(await server.registry.candidate("jam")).toBeUndefined();
});
