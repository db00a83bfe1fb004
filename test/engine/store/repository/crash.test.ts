import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { SqlPool } from "../../../../engine/store/pglite.ts";
import { openDatabase } from "../../../support/database-template.ts";
import { clone, commitFile, git } from "../../../support/git.ts";
import { removeFolder, tempFolder } from "../../../support/temp-folder.ts";
import { dying } from "./dying.ts";
import { jam, openServer, type Server } from "./open-repository.ts";

let pool: SqlPool;
let server: Server;
beforeAll(async () => {
  pool = await openDatabase();
});
afterAll(() => pool.end());
afterEach(() => server.close());

test.each([
  ["before", false],
  ["after", true],
])(
  "whichever write to the registry a crash comes %s, both sides end alike, each version once",
  async (_, isDone) => {
    for (let nth = 1; ; nth++) {
      const dir = join(tempFolder("flows"), "flows");
      server = await openServer(pool, dir);
      await server.publish(jam(10));
      await server.deploy("jam", 1);
      await server.kill();
      // Both sides have something for the other.
      commitFile(dir, "jam/flow.json", jam(11), "By hand");
      await server.registry.putDraft(jam(12), "*");
      await server.registry.createVersion("jam", "By the page");
      await server.registry.putDraft(jam(20, "other"), undefined);
      await server.registry.createVersion("other", "Another");
      await server.registry.deploy("other", 1, "live");
      const { through, wasReached } = dying(nth, isDone);
      await server.restart(through);
      await server.kill();
      await server.restart();

      expect(await server.live()).toEqual({ jam: 1, other: 1 });
      const versions = [
        ...(await server.registry.versions("jam")),
        ...(await server.registry.versions("other")),
      ];
      expect(versions.every(({ commit }) => commit !== null)).toBe(true);
      expect(new Set(versions.map(({ commit }) => commit)).size).toBe(versions.length);
      // The one made by hand was seen after that of the page.
      expect(versions.map(({ flow, version }) => `${flow} ${version}`)).toEqual([
        "jam 3",
        "jam 2",
        "jam 1",
        "other 1",
      ]);
      expect(await server.registry.version("jam", 2)).toMatchObject({ definition: jam(12) });
      expect(await server.registry.version("jam", 3)).toMatchObject({ definition: jam(11) });
      for (const { flow, version, commit } of versions)
        expect(git(dir, "rev-parse", `${flow}/v${version}`)).toBe(commit);
      const subjects = git(dir, "log", "--format=%s").split("\n");
      expect(new Set(subjects).size).toBe(subjects.length);
      expect(JSON.parse(git(dir, "show", "HEAD:deployments.json")).deployments).toHaveLength(2);
      expect(git(dir, "status", "--porcelain")).toBe("");
      if (!wasReached()) {
        expect(nth).toBeGreaterThan(5);
        return;
      }
      await server.close();
    }
  },
  240_000,
);

test("a new server that crashes while it starts on a clone has the same rules in the end", async () => {
  const origin = join(tempFolder("flows"), "flows");
  server = await openServer(pool, origin);
  await server.publish(jam(10));
  await server.publish(jam(20));
  await server.publish(jam(30, "other"));
  await server.deploy("jam", 1);
  await server.deploy("other", 1);
  await server.close();
  for (let nth = 1; ; nth++) {
    const { through, wasReached } = dying(nth, nth % 2 === 0);
    server = await openServer(pool, clone(origin), { through });
    await server.kill();
    await server.restart();
    expect(await server.live()).toEqual({ jam: 1, other: 1 });
    expect((await server.registry.versions("jam")).map(({ version }) => version)).toEqual([2, 1]);
    expect((await server.registry.versions("jam")).every(({ commit }) => commit !== null)).toBe(true);
    expect(git(server.dir, "rev-parse", "HEAD")).toBe(git(origin, "rev-parse", "HEAD"));
    if (!wasReached()) return expect(nth).toBeGreaterThan(8);
    await server.close();
  }
}, 240_000);

test("a crash before the working tree was brought along leaves nothing behind", async () => {
  const dir = join(tempFolder("flows"), "flows");
  server = await openServer(pool, dir);
  await server.publish(jam(10));
  await server.publish(jam(20));
  await server.kill();
  git(dir, "update-ref", "refs/millrace/working-tree", "jam/v1");
  git(dir, "read-tree", "--reset", "-u", "jam/v1");
  expect(git(dir, "status", "--porcelain")).not.toBe("");
  await server.restart();
  expect(git(dir, "status", "--porcelain")).toBe("");
  expect((await server.repository.report()).problems).toEqual([]);
});

test("one process at a time keeps the repository, and another goes on when it is gone", async () => {
  const dir = join(tempFolder("flows"), "flows");
  server = await openServer(pool, dir);
  const second = await server.beside();
  try {
    await server.registry.putDraft(jam(10), undefined);
    await server.registry.createVersion("jam", "");
    await second.recorded();
    expect((await second.report()).pending).toBe(1);
    await server.repository.recorded();
    expect((await second.report()).pending).toBe(0);
    await server.registry.putDraft(jam(20), "*");
    await server.registry.createVersion("jam", "");
    await server.repository.close();
    await second.recorded();
    expect((await second.report()).pending).toBe(0);
    expect(git(dir, "log", "--format=%s")).toBe("jam 2\njam 1");
  } finally {
    await second.close();
  }
});

test("a repository that was lost is written anew, with all versions and what runs", async () => {
  const dir = join(tempFolder("flows"), "flows");
  server = await openServer(pool, dir);
  await server.publish(jam(10), "First");
  await server.publish(jam(20), "Second");
  await server.deploy("jam", 2);
  const old = git(dir, "log", "--format=%an %s");
  await server.kill();
  removeFolder(dir);
  await server.restart();
  expect(git(dir, "log", "--format=%an %s").split("\n").slice(1)).toEqual(old.split("\n").slice(1));
  expect((await server.registry.versions("jam")).map(({ commit }) => commit)).toEqual([
    git(dir, "rev-parse", "jam/v2"),
    git(dir, "rev-parse", "jam/v1"),
  ]);
  expect(await server.live()).toEqual({ jam: 2 });
});
