import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { flowSchema } from "../../../../engine/model/flow.ts";
import { clone, commitFile, git } from "../../../support/git.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { jam, openingServers, type Server } from "./open-repository.ts";

let dir: string;
let server: Server;
const opened = openingServers();
beforeEach(async () => {
  dir = join(tempFolder("flows"), "flows");
  server = await opened(dir);
});

const subjects = (at = dir) => git(at, "log", "--format=%an: %s", "--reverse").split("\n");
const file = (path: string, at = dir) => readFileSync(join(at, path), "utf8");
const json = (path: string, at = dir) => JSON.parse(file(path, at));
const isClean = (at = dir) => git(at, "status", "--porcelain") === "";
const ran = (at = dir) =>
  json("deployments.json", at).deployments.map(({ flow, version }: { flow: string; version: number }) => [
    flow,
    version,
  ]);

test("each version is one commit by who published it, with a tag, and its commit is known", async () => {
  await server.publish(jam(20), "First limit");
  await server.publish(jam(30), "", "Ana");
  expect(subjects()).toEqual(["Ben: jam 1: First limit", "Ana: jam 2"]);
  const [second, first] = await server.registry.versions("jam");
  expect(first).toMatchObject({ author: "Ben", commit: git(dir, "rev-parse", "jam/v1") });
  expect(second).toMatchObject({ author: "Ana", commit: git(dir, "rev-parse", "HEAD") });
  expect(json("jam/flow.json")).toEqual(jam(30));
  expect(Object.keys(json("jam/flow.json")).at(-1)).toBe("layout");
  expect(isClean()).toBe(true);
  expect(git(dir, "diff", "--shortstat", "jam/v1", "jam/v2")).toContain("1 file changed, 1 insertion");
  expect(git(dir, "fsck", "--strict")).toBe("");
});

test("named conditions stand in the file, a change of one is one line, and a flow without has none", async () => {
  const named = (value: number) => ({
    ...jam(20),
    conditions: { "rush hour": { all: [{ fact: "speed", operator: "lessThan", value }] } },
  });
  await server.publish(jam(20));
  expect(Object.keys(json("jam/flow.json"))).not.toContain("conditions");
  await server.publish(named(20));
  await server.publish(named(30));
  expect(json("jam/flow.json")).toEqual(named(30));
  expect(git(dir, "diff", "--shortstat", "jam/v2", "jam/v3")).toContain("1 file changed, 1 insertion");
  const fresh = await opened(clone(dir));
  expect(await fresh.registry.version("jam", 3)).toMatchObject({ definition: named(30) });
});

test("what runs is a file there, and cases stand beside the flow", async () => {
  await server.publish(jam(20));
  await server.registry.putCases("jam", [{ title: "fast", given: [], expect: {} }], "*");
  await server.publish(jam(20));
  await server.deploy("jam", 1);
  expect(json("jam/cases.json")).toEqual([{ title: "fast", given: [], expect: {} }]);
  const hash = (await server.registry.versions("jam"))[0]?.hash;
  expect(json("deployments.json")).toEqual({
    schema: 1,
    deployments: [{ flow: "jam", hash, mode: "live", version: 1 }],
  });
  // Objects and refs are packed now and then.
  git(dir, "gc", "--quiet");
  await server.off("jam");
  expect(json("deployments.json").deployments).toEqual([]);
  await server.registry.deleteFlow("jam");
  await server.repository.recorded();
  expect(existsSync(join(dir, "jam"))).toBe(false);
  expect(git(dir, "tag")).toBe("");
  expect(subjects().slice(-3)).toEqual(["Ben: Deploy jam 1", "Ben: Switch jam off", "Millrace: Delete jam"]);
  expect(isClean()).toBe(true);
});

test("a clone gives a new server the same versions and deployments", async () => {
  await server.publish(jam(20), "First");
  await server.publish(jam(30), "Second");
  await server.publish(jam(10, "other"), "Other");
  await server.deploy("jam", 1);
  await server.deploy("other", 1);
  const copy = clone(dir);
  const fresh = await opened(copy);
  for (const id of ["jam", "other"]) {
    const timeless = async ({ registry }: Server) =>
      (await registry.versions(id)).map(({ createdAt: _, ...version }) => version);
    expect(await timeless(fresh)).toEqual(await timeless(server));
    expect(await fresh.registry.draft(id)).toMatchObject({ flow: (await server.registry.draft(id))!.flow });
  }
  expect(await fresh.registry.version("jam", 1)).toMatchObject({ definition: jam(20) });
  expect(await fresh.live()).toEqual({ jam: 1, other: 1 });
  expect(fresh.told.length).toBeGreaterThan(0);
  expect(git(copy, "rev-parse", "HEAD")).toBe(git(dir, "rev-parse", "HEAD"));
  expect(isClean(copy)).toBe(true);
});

test("without the tags, versions have other numbers, and what runs is found by its content", async () => {
  await server.publish(jam(20));
  await server.publish(jam(30));
  await server.deploy("jam", 2);
  const copy = clone(dir);
  git(copy, "tag", "-d", "jam/v1", "jam/v2");
  const fresh = await opened(copy);
  expect(await fresh.live()).toEqual({ jam: 1 });
  expect((await fresh.registry.deployment()).flows[0]!.definition).toEqual(jam(30));
  expect(ran(copy)).toEqual([["jam", 1]]);
});

test("a pushed change becomes a version, by who made it; the draft follows where nobody worked on it", async () => {
  await server.publish(jam(20));
  const copy = clone(dir);
  git(copy, "switch", "--quiet", "-c", "wider");
  commitFile(copy, "jam/flow.json", jam(25), "Wider limit");
  git(copy, "switch", "--quiet", "main");
  git(copy, "merge", "--quiet", "--no-ff", "wider");
  git(copy, "push", "--quiet", "origin", "main");
  await server.repository.look();
  expect(await server.registry.version("jam", 2)).toMatchObject({
    definition: jam(25),
    author: "Ana Ruiz",
    message: "Wider limit",
    commit: git(copy, "rev-parse", "wider"),
  });
  expect((await server.registry.draft("jam"))!.flow).toEqual(jam(25));
  expect(file("jam/flow.json")).toBe(file("jam/flow.json", copy));
  expect(await server.live()).toEqual({});
  // Asked again, nothing comes of it.
  await server.restart();
  expect(await server.registry.versions("jam")).toHaveLength(2);
  expect(isClean()).toBe(true);
});

test("a draft that somebody works on stays when a version comes by Git", async () => {
  await server.publish(jam(20));
  await server.registry.putDraft(jam(99), "*");
  commitFile(dir, "jam/flow.json", jam(25), "By hand");
  await server.repository.look();
  expect(await server.registry.version("jam", 2)).toMatchObject({ definition: jam(25) });
  expect((await server.registry.draft("jam"))!.flow).toEqual(jam(99));
});

test("a reverted deployment that is pushed rolls back", async () => {
  await server.publish(jam(20));
  await server.deploy("jam", 1);
  await server.publish(jam(30));
  await server.deploy("jam", 2);
  const copy = clone(dir);
  git(copy, "revert", "--no-edit", "HEAD");
  git(copy, "push", "--quiet");
  await server.repository.look();
  expect(await server.live()).toEqual({ jam: 1 });
  expect(server.told.at(-1)!.flows[0]!.definition).toEqual(jam(20));
  expect(ran()).toEqual([["jam", 1]]);
});

test("a flow and its deployment are changed by one push: the newest version is named so", async () => {
  await server.publish(jam(20));
  await server.deploy("jam", 1);
  const copy = clone(dir);
  writeFileSync(
    join(copy, "deployments.json"),
    JSON.stringify({ schema: 1, deployments: [{ flow: "jam", version: "newest" }] }),
  );
  commitFile(copy, "jam/flow.json", jam(30), "Wider, and at once");
  git(copy, "push", "--quiet");
  await server.repository.look();
  expect(await server.live()).toEqual({ jam: 2 });
  expect(ran()).toEqual([["jam", 2]]);
  git(copy, "pull", "--quiet");
  expect(ran(copy)).toEqual([["jam", 2]]);
});

test("a bad file is reported with its place, what runs goes on, and mending it is enough", async () => {
  await server.publish(jam(20));
  await server.deploy("jam", 1);
  const copy = clone(dir);
  commitFile(copy, "jam/flow.json", '{\n  "id": "jam",\n  oops\n}', "Broken");
  git(copy, "push", "--quiet");
  await server.repository.look();
  expect((await server.repository.report()).problems).toEqual([
    {
      code: "not_taken",
      path: "jam/flow.json",
      flow: "jam",
      message: expect.stringMatching(/not valid JSON.*line 3, column 3/),
    },
  ]);
  expect(await server.live()).toEqual({ jam: 1 });
  expect(await server.registry.versions("jam")).toHaveLength(1);

  const unsound = { ...jam(20), edges: [{ from: "in", to: "nowhere" }] };
  commitFile(copy, "jam/flow.json", unsound, "Still broken");
  git(copy, "push", "--quiet");
  await server.repository.look();
  const [problem] = (await server.repository.report()).problems;
  expect(problem).toMatchObject({ path: "jam/flow.json", message: expect.stringContaining("nowhere") });
  expect(problem!.problems!.length).toBeGreaterThan(0);
  expect(server.logged.some((line) => line.includes("jam/flow.json") && line.includes("nowhere"))).toBe(true);

  commitFile(copy, "jam/flow.json", jam(25), "Mended");
  git(copy, "push", "--quiet");
  await server.repository.look();
  expect((await server.repository.report()).problems).toEqual([]);
  expect(await server.registry.version("jam", 2)).toMatchObject({ definition: jam(25) });
});

test("a deployment that cannot be stays in the file, is reported, and goes when another is made", async () => {
  await server.publish(jam(20));
  await server.deploy("jam", 1);
  const copy = clone(dir);
  commitFile(copy, "deployments.json", { schema: 1, deployments: [{ flow: "jam", version: 7 }] }, "Seven");
  git(copy, "push", "--quiet");
  await server.repository.look();
  expect((await server.repository.report()).problems).toMatchObject([
    { path: "deployments.json", flow: "jam", message: expect.stringContaining("no version 7") },
  ]);
  expect(await server.live()).toEqual({ jam: 1 });
  expect(ran()).toEqual([["jam", 7]]);
  const odd = { schema: 1, deployments: [{ flow: "jam", version: 1, colour: "red" }] };
  git(copy, "pull", "--quiet");
  commitFile(copy, "deployments.json", odd, "Red");
  git(copy, "push", "--quiet");
  await server.repository.look();
  expect((await server.repository.report()).problems).toMatchObject([
    { path: "deployments.json", flow: "jam", message: expect.stringContaining('"colour"') },
  ]);
  await server.publish(jam(30));
  await server.deploy("jam", 2);
  expect((await server.repository.report()).problems).toEqual([]);
  expect(ran()).toEqual([["jam", 2]]);
});

test("edits that nobody committed are never overwritten, and reported until they are", async () => {
  await server.publish(jam(20));
  writeFileSync(join(dir, "jam/flow.json"), JSON.stringify(jam(77)));
  await server.publish(jam(30));
  expect(json("jam/flow.json")).toEqual(jam(77));
  expect(JSON.parse(git(dir, "show", "HEAD:jam/flow.json"))).toEqual(jam(30));
  expect((await server.repository.report()).problems).toMatchObject([
    { code: "edited", path: "jam/flow.json" },
  ]);
  expect(git(dir, "status", "--porcelain")).toBe(" M jam/flow.json");
  git(dir, "restore", "jam/flow.json");
  await server.restart();
  expect((await server.repository.report()).problems).toEqual([]);
  expect(json("jam/flow.json")).toEqual(jam(30));
});

test("a repository of flow folders that nobody published becomes versions; a branch of another name is refused", async () => {
  const own = join(tempFolder("own"), "flows");
  mkdirSync(join(own, "jam"), { recursive: true });
  git(own, "init", "--quiet", "--initial-branch=master");
  commitFile(own, "README.md", "Ours", "Start");
  commitFile(own, "jam/flow.json", jam(20), "First flow");
  await expect(opened(own)).rejects.toThrow(/branch "master" and no "main"/);
  git(own, "branch", "-m", "main");
  const fresh = await opened(own);
  expect(await fresh.registry.versions("jam")).toMatchObject([
    { version: 1, message: "First flow", author: "Ana Ruiz" },
  ]);
  expect(git(own, "log", "--format=%s")).toBe("First flow\nStart");
  expect(git(own, "tag")).toBe("jam/v1");
  expect(file("README.md", own)).toBe("Ours");
});

test("a folder with files that are no repository is refused, and says what to do", async () => {
  const folder = tempFolder("no-repository");
  writeFileSync(join(folder, "notes.txt"), "x");
  await expect(opened(folder)).rejects.toThrow(/MILLRACE_FLOWS_DIR: .* is no Git repository; run "git init"/);
  expect(existsSync(join(folder, ".git"))).toBe(false);
});

test("a folder that was taken out by Git is reported, and its flow stays and runs", async () => {
  await server.publish(jam(20));
  await server.deploy("jam", 1);
  git(dir, "rm", "--quiet", "-r", "jam");
  git(dir, "commit", "--quiet", "-m", "Out");
  await server.repository.look();
  expect((await server.repository.report()).problems).toMatchObject([{ path: "jam/flow.json", flow: "jam" }]);
  expect(await server.live()).toEqual({ jam: 1 });
  await server.publish(jam(30));
  expect(json("jam/flow.json")).toEqual(jam(30));
});

test("flows that need one another come with one push, in whatever order", async () => {
  const handing = {
    ...jam(20, "a-first"),
    nodes: [
      { id: "in", kind: "input", config: {} },
      { id: "to", kind: "flow", config: { flow: "z-last" } },
    ],
    edges: [{ from: "in", to: "to" }],
    layout: {},
  };
  const taking = jam(20, "z-last");
  taking.nodes[0]!.config = { from: "flows" };
  await server.publish(taking);
  await server.deploy("z-last", 1);
  await server.publish(flowSchema.parse(handing));
  await server.deploy("a-first", 1);
  const fresh = await opened(clone(dir));
  expect(await fresh.live()).toEqual({ "a-first": 1, "z-last": 1 });
});
