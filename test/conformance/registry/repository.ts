import { beforeEach, expect, test } from "vitest";
import { type Flow, flowSchema } from "../../../engine/model/flow.ts";
import type { RepositoryProblem } from "../../../engine/model/repository.ts";
import type { Registry, TakenVersion } from "../../../engine/store/registry.ts";

const flow = (id: string, name = id): Flow => flowSchema.parse({ id, name, schema: 1, nodes: [], edges: [] });
const at = Date.UTC(2026, 10, 2);
const taken = (id: string, name = id, more: Partial<TakenVersion> = {}): TakenVersion => ({
  flow: flow(id, name),
  cases: [],
  message: "By Git",
  author: "Ana",
  at,
  ...more,
});

/** What the flows repository needs of the registry. */
export function repositoryCases(open: () => Registry) {
  let registry: Registry;
  beforeEach(async () => {
    registry = open();
    // Those of other cases.
    for (
      let left = await registry.pendingVersions(500);
      left.length > 0;
      left = await registry.pendingVersions(500)
    )
      for (const version of left) await registry.versionRecorded(version, "f".repeat(40));
  });
  const pending = async () =>
    (await registry.pendingVersions(10)).map(({ flow, version }) => `${flow} ${version}`);

  test("a version that is taken makes its flow, with a draft, and is not in the repository yet", async () => {
    const { version, created } = await registry.takeVersion(taken("git-new"));
    expect(created).toBe(true);
    expect(version).toMatchObject({
      flow: "git-new",
      version: 1,
      author: "Ana",
      message: "By Git",
      commit: null,
      createdAt: "2026-11-02T00:00:00.000Z",
      definition: flow("git-new"),
    });
    expect(await registry.draft("git-new")).toMatchObject({ flow: flow("git-new") });
    expect(await pending()).toEqual(["git-new 1"]);
    expect((await registry.repositoryState()).pending).toBe(1);
    const [waiting] = await registry.pendingVersions(1);
    await registry.versionRecorded(waiting!, "a".repeat(40));
    expect(await pending()).toEqual([]);
    expect((await registry.versions("git-new"))[0]).toMatchObject({ commit: "a".repeat(40) });
  });

  test("the same again is that version; another gets the next number, or the one it has", async () => {
    await registry.takeVersion(taken("git-next"));
    expect(await registry.takeVersion(taken("git-next"))).toMatchObject({
      created: false,
      version: { version: 1 },
    });
    expect(await registry.takeVersion(taken("git-next", "Two"))).toMatchObject({ version: { version: 2 } });
    const seventh = taken("git-next", "Seven", { version: 7 });
    expect(await registry.takeVersion(seventh)).toMatchObject({ created: true, version: { version: 7 } });
    const late = taken("git-next", "Late", { version: 3 });
    expect(await registry.takeVersion(late)).toMatchObject({ created: false, version: { version: 7 } });
  });

  test("two who take at once number one after the other", async () => {
    await registry.takeVersion(taken("git-race"));
    const both = await Promise.all(["a", "b"].map((name) => registry.takeVersion(taken("git-race", name))));
    expect(both.map(({ version }) => version.version).sort()).toEqual([2, 3]);
  });

  test("a draft follows a version that is taken, unless it was changed", async () => {
    await registry.takeVersion(taken("git-draft"));
    await registry.takeVersion(taken("git-draft", "Followed"));
    expect((await registry.draft("git-draft"))!.flow.name).toBe("Followed");
    await registry.putDraft(flow("git-draft", "Mine"), "*");
    await registry.takeVersion(taken("git-draft", "Theirs"));
    expect((await registry.draft("git-draft"))!.flow.name).toBe("Mine");
  });

  test("versions wait in their order; other cases of one make it wait again", async () => {
    await registry.takeVersion(taken("git-order", "One", { at: at + 5 }));
    await registry.takeVersion(taken("git-order", "Two", { at }));
    expect(await pending()).toEqual(["git-order 1", "git-order 2"]);
    const versions = await registry.pendingVersions(10);
    for (const version of versions) await registry.versionRecorded(version, "b".repeat(40));
    const other = [{ title: "none", given: [], expect: {} }];
    await registry.takeVersion(taken("git-order", "Two", { cases: other }));
    expect(await pending()).toEqual(["git-order 2"]);
    // What was recorded meanwhile are the cases of before.
    await registry.versionRecorded(versions[1]!, "c".repeat(40));
    expect(await pending()).toEqual(["git-order 2"]);
  });

  test("one keeps the repository, until it lets go, its time is over or it is known to be gone", async () => {
    const [long, none] = [{ leaseMs: 60_000 }, { leaseMs: 0 }];
    expect(await registry.keepRepository("a", long)).toBeNull();
    expect(await registry.keepRepository("a", long)).toBeNull();
    expect(await registry.keepRepository("b", long)).toBe("a");
    expect(await registry.keepRepository("b", { ...long, insteadOf: "c" })).toBe("a");
    expect(await registry.keepRepository("b", { ...long, insteadOf: "a" })).toBeNull();
    expect(await registry.keepRepository("a", long)).toBe("b");
    expect(await registry.keepRepository("b", none)).toBeNull();
    expect(await registry.keepRepository("a", none)).toBeNull();
  });

  test("how far both know of one another is kept, and forgotten with another repository", async () => {
    const problem: RepositoryProblem = { code: "edited", path: "x/flow.json", flow: "x", message: "Edited." };
    await registry.putRepositoryState({ head: "d".repeat(40), next: "e".repeat(40), problems: [problem] });
    await registry.putRepositoryState({ next: null });
    const { revision } = await registry.deployment();
    expect(await registry.repositoryState()).toMatchObject({
      head: "d".repeat(40),
      next: null,
      problems: [problem],
      pending: 0,
      revision,
    });
    await registry.takeVersion(taken("git-forgotten"));
    await registry.forgetCommits();
    expect(await registry.repositoryState()).toMatchObject({ head: "", problems: [] });
    expect((await registry.repositoryState()).pending).toBeGreaterThan(1);
  });

  test("what runs is told with all that is said of it", async () => {
    const { version } = await registry.takeVersion(taken("git-runs"));
    await registry.deploy("git-runs", 1, "live", "It has to");
    const rows = await registry.deployedRows();
    expect(rows.find(({ flow }) => flow === "git-runs")).toEqual({
      flow: "git-runs",
      version: 1,
      hash: version.hash,
      forced: "It has to",
    });
    await registry.deploy("git-runs", 1, "off");
  });
}
