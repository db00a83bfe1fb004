import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clone, commitFile, git } from "../support/git.ts";
import { ask, deployFlow, millrace, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

interface Summary {
  id: string;
  latestVersion: number;
  live: number | null;
}
interface Version {
  version: number;
  hash: string;
  commit: string;
  author: string;
  message: string;
}

const dir = tempFolder("repository");
const flows = join(dir, "flows");
let product: Product;
beforeAll(async () => {
  product = await startProduct({ dir });
});
afterAll(async () => {
  await product.stop();
  removeFolder(dir);
});

const jam = (limit: number) => ({
  id: "jam",
  name: "Jam",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "low",
      kind: "alert",
      config: {
        type: "Jam",
        severity: "major",
        raise: { all: [{ fact: "speed", operator: "lessThan", value: limit }] },
      },
    },
  ],
  edges: [{ from: "in", to: "low" }],
  layout: {},
});

const summaries = async (at = product) => (await ask<{ items: Summary[] }>(`${at.http}/api/flows`)).items;
const versions = async (at = product) =>
  (await ask<{ items: Version[] }>(`${at.http}/api/flows/jam/versions`)).items;
const live = async (at = product) => (await summaries(at)).find(({ id }) => id === "jam")?.live;
const problems = async () =>
  (await ask<{ problems: { path: string; message: string }[] }>(`${product.http}/api/flows-repository`))
    .problems;
const cli = (...args: string[]) => millrace(["flows", ...args, "--server", product.http]);

test("the command line deploys, says what changes, and rolls back; each is a commit", async () => {
  await deployFlow(product.http, jam(20));
  const put = await fetch(`${product.http}/api/flows/jam`, {
    method: "PUT",
    headers: { "content-type": "application/json", "if-match": "*" },
    body: JSON.stringify(jam(30)),
  });
  expect(put.status).toBe(200);
  const diff = await cli("diff", "jam", "--exit-code");
  expect(diff).toMatchObject({ code: 1, stderr: "" });
  expect(diff.stdout).toMatch(
    /^~ "low" has other settings\n.*speed is below 20 -> speed is below 30\n.*goes on with/s,
  );

  const tried = await cli("deploy", "jam", "--draft", "--dry-run");
  expect(tried).toMatchObject({ code: 0, stdout: "" });
  expect(tried.stderr).toContain("version 1 runs; the draft is next");
  expect(await live()).toBe(1);

  const deployed = await cli("deploy", "jam", "--draft", "--message", "Wider", "--author", "Ana");
  expect(deployed).toMatchObject({ code: 0, stdout: "jam\t2\n" });
  expect(await live()).toBe(2);
  expect(await versions()).toMatchObject([
    { version: 2, author: "Ana", message: "Wider", commit: git(flows, "rev-parse", "jam/v2") },
    { version: 1, author: null, commit: git(flows, "rev-parse", "jam/v1") },
  ]);
  const back = await cli("rollback", "jam", "--json", "--author", "Ben");
  expect(back.code).toBe(0);
  expect(JSON.parse(back.stdout)).toMatchObject({ flow: "jam", version: 1, from: 2, to: 1 });
  expect(await live()).toBe(1);
  expect((await cli("deploy", "jam", "9")).stderr).toContain("no version 9");
  expect((await cli("deploy", "jam", "--off")).stdout).toBe("jam\toff\n");
  expect((await cli("deploy", "jam", "2")).code).toBe(0);
  expect(git(flows, "log", "--format=%an: %s")).toBe(
    [
      "Millrace: Deploy jam 2",
      "Millrace: Switch jam off",
      "Ben: Deploy jam 1",
      "Ana: Deploy jam 2",
      "Ana: jam 2: Wider",
      "Millrace: Deploy jam 1",
      "Millrace: jam 1: test",
    ].join("\n"),
  );
}, 120_000);

test("a bad file that is pushed is reported, and the running version stays; mended, it is a version", async () => {
  const copy = clone(flows);
  commitFile(copy, "jam/flow.json", { ...jam(25), edges: [{ from: "in", to: "lwo" }] }, "Broken");
  git(copy, "push", "--quiet");
  await expect
    .poll(problems)
    .toMatchObject([{ path: "jam/flow.json", message: expect.stringContaining("lwo") }]);
  expect(await live()).toBe(2);
  expect(await versions()).toHaveLength(2);
  commitFile(copy, "jam/flow.json", jam(25), "Mended");
  git(copy, "push", "--quiet");
  await expect.poll(async () => (await versions()).length).toBe(3);
  await expect.poll(problems).toEqual([]);
}, 120_000);

test("a reverted deployment that is pushed rolls back", async () => {
  await cli("deploy", "jam", "3");
  expect(await live()).toBe(3);
  const copy = clone(flows);
  git(copy, "revert", "--no-edit", "HEAD");
  git(copy, "push", "--quiet");
  await expect.poll(() => live()).toBe(2);
}, 120_000);

test("a fresh server on a clone has the same versions and runs the same", async () => {
  const copy = clone(flows);
  const other = tempFolder("other");
  const fresh = await startProduct({ dir: other, env: { MILLRACE_FLOWS_DIR: copy } });
  try {
    const told = (list: Version[]) =>
      list.map(({ version, hash, commit, author, message }) => ({ version, hash, commit, author, message }));
    expect(told(await versions(fresh))).toEqual(told(await versions()));
    expect(await live(fresh)).toBe(await live());
  } finally {
    await fresh.stop();
    removeFolder(other);
  }
}, 180_000);
