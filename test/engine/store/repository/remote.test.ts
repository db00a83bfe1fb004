import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { SqlPool } from "../../../../engine/store/pglite.ts";
import { openDatabase } from "../../../support/database-template.ts";
import { clone, commitFile, git } from "../../../support/git.ts";
import { type GitServer, startGitServer } from "../../../support/git-server.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { jam, openServer, type Server } from "./open-repository.ts";

const patience = { timeout: 60_000 };
let pool: SqlPool;
let remote: GitServer;
let dir: string;
let server: Server;
beforeAll(async () => {
  pool = await openDatabase();
});
afterAll(() => pool.end());
beforeEach(async () => {
  remote = await startGitServer("millrace", "s3cret");
  dir = join(tempFolder("flows"), "flows");
});
afterEach(async () => {
  await server.close();
  await remote.close();
});

const open = (token = "s3cret") =>
  openServer(pool, dir, { remote: { url: remote.url, user: "millrace", token } });
/** What the remote has. */
const there = (...args: string[]) => {
  try {
    return git(remote.dir, ...args);
  } catch {
    return "";
  }
};
const problems = async () => (await server.repository.report()).problems;
const look = async () => {
  await server.repository.look();
  return true;
};

test("versions, their tags and deployments are pushed; what others push there is fetched", async () => {
  server = await open();
  await server.publish(jam(20), "First");
  await server.deploy("jam", 1);
  const head = () => git(dir, "rev-parse", "HEAD");
  await expect.poll(async () => (await look()) && there("rev-parse", "main"), patience).toBe(head());
  await expect
    .poll(async () => (await look()) && there("rev-parse", "jam/v1"), patience)
    .toBe(git(dir, "rev-parse", "jam/v1"));

  const copy = clone(remote.dir);
  commitFile(copy, "jam/flow.json", jam(30), "From elsewhere");
  git(copy, "push", "--quiet");
  // Something of ours goes there too, so that both went on; a start fetches at once.
  await server.restart();
  await server.publish(jam(10, "other"));
  await expect
    .poll(async () => (await look()) && (await server.registry.versions("jam")).length, patience)
    .toBe(2);
  expect(await server.registry.version("jam", 2)).toMatchObject({ definition: jam(30), author: "Ana Ruiz" });
  await expect.poll(async () => (await look()) && there("rev-parse", "main"), patience).toBe(head());
  expect(there("show", "main:other/flow.json")).toContain('"other"');
  expect(git(dir, "status", "--porcelain")).toBe("");
  expect(await problems()).toEqual([]);
}, 120_000);

test("where both changed the same lines a person is asked, and nothing is lost meanwhile", async () => {
  server = await open();
  await server.publish(jam(20));
  await expect.poll(async () => (await look()) && there("rev-parse", "main"), patience).not.toBe("");
  const copy = clone(remote.dir);
  commitFile(copy, "jam/flow.json", jam(30), "From elsewhere");
  git(copy, "push", "--quiet");
  const theirs = there("rev-parse", "main");
  await server.repository.close();
  commitFile(dir, "jam/flow.json", jam(40), "Here");
  await server.restart();
  await expect
    .poll(async () => (await look()) && (await problems()), patience)
    .toMatchObject([{ code: "remote", message: expect.stringContaining("jam/flow.json") }]);
  expect(await server.registry.version("jam", 2)).toMatchObject({ definition: jam(40) });
  expect(there("rev-parse", "main")).toBe(theirs);

  git(dir, "pull", "--quiet", "--no-rebase", "-X", "theirs", remote.dir, "main");
  await server.restart();
  await expect
    .poll(async () => (await look()) && there("rev-parse", "main"), patience)
    .toBe(git(dir, "rev-parse", "HEAD"));
  await expect.poll(async () => (await look()) && (await problems()), patience).toEqual([]);
  expect(await server.registry.version("jam", 3)).toMatchObject({ definition: jam(30) });
}, 120_000);

test("a remote that refuses is told without the secret, and versions go on", async () => {
  server = await open("wr0ng");
  await server.publish(jam(20));
  await expect
    .poll(async () => (await look()) && (await problems()), patience)
    .toMatchObject([{ code: "remote", message: expect.stringMatching(/cannot be fetched or pushed/) }]);
  expect(JSON.stringify([await problems(), server.logged, git(dir, "config", "--list")])).not.toContain(
    "wr0ng",
  );
  expect(await server.registry.versions("jam")).toMatchObject([{ commit: git(dir, "rev-parse", "HEAD") }]);
}, 120_000);
