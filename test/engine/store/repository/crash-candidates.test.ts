import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { SqlPool } from "../../../../engine/store/pglite.ts";
import { openDatabase } from "../../../support/database-template.ts";
import { commitFile, git } from "../../../support/git.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { dying } from "./dying.ts";
import { jam, openServer, type Server } from "./open-repository.ts";

let pool: SqlPool;
let server: Server;
beforeAll(async () => {
  pool = await openDatabase();
});
afterAll(() => pool.end());
afterEach(() => server.close());

const north = { when: { all: [{ fact: "district", operator: "equal", value: "north" }] } };
const canary = { mode: "canary", devices: north, bounds: { errors: 3, withinMs: 60_000 } } as const;
const shadow = { mode: "shadow", withinMs: 5000 } as const;

/** Version 1 of three is live, version 2 runs in shadow, both sides are alike, and the process is gone. */
async function opened() {
  server = await openServer(pool, join(tempFolder("flows"), "flows"));
  for (const limit of [10, 20, 30]) await server.publish(jam(limit));
  await server.deploy("jam", 1);
  await server.registry.beginCandidate("jam", 2, shadow);
  await server.repository.recorded();
  await server.kill();
}

/** Whatever happened to the deployment, oldest first. */
const log = async () =>
  (await server.registry.deploymentLog("jam", 100))
    .map(({ change, version }) => `${change} ${version}`)
    .reverse();
const begun = ["live 1", "shadow 2"];
const inFile = () => {
  const { deployments } = JSON.parse(git(server.dir, "show", "HEAD:deployments.json"));
  return (deployments as { version: number; mode: string }[]).map(
    ({ version, mode }) => `${mode} ${version}`,
  );
};
const subjects = () => git(server.dir, "log", "--format=%s").split("\n");

async function expectAlike() {
  expect((await server.repository.report()).problems).toEqual([]);
  expect(git(server.dir, "status", "--porcelain")).toBe("");
  expect((await server.registry.repositoryState()).head).toBe(git(server.dir, "rev-parse", "HEAD"));
}

/** Once for each write that a process makes which finds what `before` left, until it makes no more. */
async function crashAtEach(
  { isDone, writes }: { isDone: boolean; writes: number },
  steps: { before(): Promise<void>; meanwhile?(): Promise<void>; after(): Promise<void> },
) {
  for (let nth = 1; ; nth++) {
    await opened();
    await steps.before();
    const { through, wasReached } = dying(nth, isDone);
    await server.restart(through);
    await server.kill();
    await steps.meanwhile?.();
    await server.restart();
    await steps.after();
    await expectAlike();
    if (!wasReached()) return expect(nth).toBeGreaterThan(writes);
    await server.close();
  }
}

test.each([
  ["before", false],
  ["after", true],
])(
  "a crash %s a write leaves a pushed live version and canary neither lost nor begun twice",
  async (_, isDone) => {
    await crashAtEach(
      { isDone, writes: 3 },
      {
        async before() {
          const deployments = [
            { flow: "jam", version: 3 },
            { flow: "jam", version: 2, mode: "canary", devices: north, rollBack: canary.bounds },
          ];
          commitFile(server.dir, "deployments.json", { schema: 1, deployments }, "By hand");
        },
        async after() {
          expect(await server.live()).toEqual({ jam: 3 });
          expect(await server.registry.candidate("jam")).toMatchObject({ ...canary, version: 2 });
          expect(await log()).toEqual([...begun, "replaced 2", "live 3", "canary 2"]);
          expect(inFile()).toEqual(["canary 2", "live 3"]);
        },
      },
    );
  },
  240_000,
);

test.each([
  ["before", false],
  ["after", true],
])(
  "a crash %s a write leaves a shadow that is taken back by a push gone, and the live version as it was",
  async (_, isDone) => {
    await crashAtEach(
      { isDone, writes: 2 },
      {
        async before() {
          const deployments = [{ flow: "jam", version: 1 }];
          commitFile(server.dir, "deployments.json", { schema: 1, deployments }, "By hand");
        },
        async after() {
          expect(await server.live()).toEqual({ jam: 1 });
          expect(await server.registry.candidate("jam")).toBeUndefined();
          expect(await log()).toEqual([...begun, "abandoned 2"]);
          expect(inFile()).toEqual(["live 1"]);
        },
      },
    );
  },
  240_000,
);

test.each([
  ["before", false],
  ["after", true],
])(
  "a canary begun here is in the file once, whichever write a crash comes %s",
  async (_, isDone) => {
    let id = 0;
    let count = 0;
    await crashAtEach(
      { isDone, writes: 2 },
      {
        async before() {
          count = subjects().length;
          await server.registry.beginCandidate("jam", 3, canary);
          id = (await server.registry.candidate("jam"))!.id;
        },
        async after() {
          expect(await server.registry.candidate("jam")).toMatchObject({ ...canary, version: 3, id });
          expect(await log()).toEqual([...begun, "replaced 2", "canary 3"]);
          expect(inFile()).toEqual(["canary 3", "live 1"]);
          expect(subjects().slice(0, -count)).toEqual(["Deploy jam 1 and 3 as canary"]);
        },
      },
    );
  },
  240_000,
);

test.each([
  ["before", false],
  ["after", true],
])(
  "a canary that went back while nobody kept the repository is not begun again, whichever write a crash came %s",
  async (_, isDone) => {
    await crashAtEach(
      { isDone, writes: 2 },
      {
        before: async () => void (await server.registry.beginCandidate("jam", 3, canary)),
        meanwhile: async () => void (await server.registry.abandonCandidate("jam", 3)),
        async after() {
          expect(await server.registry.candidate("jam")).toBeUndefined();
          expect(await server.live()).toEqual({ jam: 1 });
          expect(await log()).toEqual([...begun, "replaced 2", "canary 3", "abandoned 3"]);
          expect(inFile()).toEqual(["live 1"]);
        },
      },
    );
  },
  240_000,
);
