import { expect, test } from "vitest";
import type { Flow } from "../../../engine/model/flow.ts";
import type { Registry } from "../../../engine/store/registry.ts";

const flow = (id: string, change: Partial<Flow> = {}): Flow => ({
  id,
  name: `Flow ${id}`,
  schema: 1,
  nodes: [{ id: "in", kind: "input", config: { profiles: ["default"] } }],
  edges: [],
  layout: { in: { x: 0, y: 80 } },
  ...change,
});

const moved = { layout: { in: { x: 200, y: 80 } } };

export function flowCases(open: () => Registry) {
  test("a draft comes back as it was put, with one tag for one content", async () => {
    const registry = open();
    const odd = flow("as-put", { description: 'tab\t "quotes" \\u0000 ümlaut' });
    const { etag } = await registry.putDraft(odd, undefined);
    expect(etag).toMatch(/^"[\w-]+"$/);
    expect(await registry.draft("as-put")).toMatchObject({ flow: odd, etag });
    const reordered = Object.fromEntries(Object.entries(odd).reverse()) as Flow;
    expect(await registry.putDraft(reordered, etag)).toEqual({ etag });
    expect((await registry.putDraft({ ...odd, ...moved }, etag)).etag).not.toBe(etag);
  });

  test("a draft is made once", async () => {
    const registry = open();
    await registry.putDraft(flow("once"), undefined);
    await expect(registry.putDraft(flow("once"), undefined)).rejects.toMatchObject({ code: "conflict" });
  });

  test("only who saw the draft may replace it", async () => {
    const registry = open();
    const { etag } = await registry.putDraft(flow("seen"), undefined);
    const second = await registry.putDraft(flow("seen", { name: "Second" }), etag);
    await expect(registry.putDraft(flow("seen", { name: "Third" }), etag)).rejects.toMatchObject({
      code: "stale",
    });
    expect((await registry.draft("seen"))?.etag).toBe(second.etag);
    await registry.putDraft(flow("seen", { name: "Any" }), "*");
    expect((await registry.draft("seen"))?.flow.name).toBe("Any");
  });

  test.each(["*", '"tag"'])("a draft that is not there is stale for %s", async (ifMatch) => {
    await expect(open().putDraft(flow("not-there"), ifMatch)).rejects.toMatchObject({ code: "stale" });
    expect(await open().draft("not-there")).toBeUndefined();
  });

  test("versions count from 1 and keep what was frozen", async () => {
    const registry = open();
    await registry.putDraft(flow("counted"), undefined);
    const first = await registry.createVersion("counted", "Start");
    await registry.putDraft(flow("counted", { name: "Better" }), "*");
    const second = await registry.createVersion("counted", "Better name");
    expect([first.version, second.version]).toEqual([1, 2]);
    expect(await registry.version("counted", 1)).toEqual(first);
    expect(first.definition).toEqual(flow("counted"));
    const { definition: _, ...listed } = second;
    expect((await registry.versions("counted"))[0]).toEqual(listed);
    expect(await registry.version("counted", 3)).toBeUndefined();
  });

  test("the same content, however laid out, is no new version", async () => {
    const registry = open();
    await registry.putDraft(flow("same"), undefined);
    const first = await registry.createVersion("same", "Start");
    await registry.putDraft(flow("same", moved), "*");
    expect(await registry.createVersion("same", "Moved")).toEqual(first);
    expect(await registry.versions("same")).toHaveLength(1);
  });

  test("a version asked for twice at once is made once", async () => {
    const registry = open();
    await registry.putDraft(flow("racing"), undefined);
    const both = await Promise.all([
      registry.createVersion("racing", "a"),
      registry.createVersion("racing", "b"),
    ]);
    expect(both.map((version) => version.version)).toEqual([1, 1]);
  });

  test("a version needs a draft", async () => {
    await expect(open().createVersion("nowhere", "x")).rejects.toMatchObject({ code: "not_found" });
    expect(await open().versions("nowhere")).toEqual([]);
  });

  test("deploying shows in the deployment and raises its revision", async () => {
    const registry = open();
    await registry.putDraft(flow("runs"), undefined);
    const { definition } = await registry.createVersion("runs", "Start");
    const before = await registry.deployment();
    const live = await registry.deploy("runs", 1, "live");
    expect(live.revision).toBeGreaterThan(before.revision);
    expect(live.flows).toContainEqual({ version: 1, definition });
    expect(await registry.deployment()).toEqual(live);
    const off = await registry.deploy("runs", 1, "off");
    expect(off.revision).toBeGreaterThan(live.revision);
    expect(off.flows).toEqual(before.flows);
    expect(await registry.deployment()).toEqual(off);
  });

  test("another version takes the place of the one that runs", async () => {
    const registry = open();
    await registry.putDraft(flow("replaced"), undefined);
    await registry.createVersion("replaced", "1");
    await registry.putDraft(flow("replaced", { name: "Two" }), "*");
    await registry.createVersion("replaced", "2");
    await registry.deploy("replaced", 1, "live");
    const { flows } = await registry.deploy("replaced", 2, "live");
    expect(flows.filter((one) => one.definition.id === "replaced").map((one) => one.version)).toEqual([2]);
    await registry.deploy("replaced", 2, "off");
  });

  test("flows that hand messages round in a circle do not run together, and nothing changes", async () => {
    const registry = open();
    const handing = (id: string, to: string) =>
      flow(id, {
        nodes: [
          { id: "in", kind: "input", config: { from: "both" } },
          { id: "hand", kind: "flow", config: { flow: to } },
        ],
        edges: [{ from: "in", to: "hand" }],
      });
    await registry.putDraft(
      flow("round-1", { nodes: [{ id: "in", kind: "input", config: { from: "both" } }] }),
      undefined,
    );
    await registry.createVersion("round-1", "Takes");
    await registry.putDraft(handing("round-1", "round-2"), "*");
    await registry.createVersion("round-1", "Hands back");
    await registry.putDraft(handing("round-2", "round-1"), undefined);
    await registry.createVersion("round-2", "Hands over");
    await expect(registry.deploy("round-2", 1, "live")).rejects.toMatchObject({ code: "invalid_flow" });
    await registry.deploy("round-1", 1, "live");
    const before = await registry.deploy("round-2", 1, "live");
    await expect(registry.deploy("round-1", 2, "live")).rejects.toThrow(/round-1 -> round-2 -> round-1/);
    await expect(registry.deploy("round-1", 1, "off")).rejects.toMatchObject({ code: "conflict" });
    expect(await registry.deployment()).toEqual(before);
    for (const id of ["round-2", "round-1"]) await registry.deploy(id, 1, "off");
  });

  test("an unknown version is not deployed, and nothing changes", async () => {
    const registry = open();
    const before = await registry.deployment();
    await expect(registry.deploy("nowhere", 1, "live")).rejects.toMatchObject({ code: "not_found" });
    expect(await registry.deployment()).toEqual(before);
  });

  test("a flow that runs is not deleted; one that is off goes with its versions", async () => {
    const registry = open();
    await registry.putDraft(flow("goes"), undefined);
    await registry.createVersion("goes", "Start");
    await registry.deploy("goes", 1, "live");
    await expect(registry.deleteFlow("goes")).rejects.toMatchObject({ code: "conflict" });
    await registry.deploy("goes", 1, "off");
    await registry.deleteFlow("goes");
    expect(await registry.draft("goes")).toBeUndefined();
    expect(await registry.versions("goes")).toEqual([]);
    await expect(registry.deleteFlow("goes")).rejects.toMatchObject({ code: "not_found" });
  });

  test("the list tells the newest version and what runs", async () => {
    const registry = open();
    const { etag } = await registry.putDraft(flow("listed"), undefined);
    const summary = async () => (await registry.flows()).find((one) => one.id === "listed");
    expect(await summary()).toMatchObject({ name: "Flow listed", etag, latestVersion: null, live: null });
    await registry.createVersion("listed", "Start");
    await registry.deploy("listed", 1, "live");
    expect(await summary()).toMatchObject({ latestVersion: 1, live: 1 });
    await registry.deploy("listed", 1, "off");
    const ids = (await registry.flows()).map((one) => one.id);
    expect(ids).toEqual([...ids].sort());
  });

  test("cases stand beside the draft, a version takes them along, and only who saw them replaces them", async () => {
    const registry = open();
    await registry.putDraft(flow("tested"), undefined);
    const empty = (await registry.cases("tested"))!;
    expect(empty.cases).toEqual([]);
    const { etag } = await registry.putCases("tested", [{ title: "one" }], empty.etag);
    await expect(registry.putCases("tested", [], empty.etag)).rejects.toMatchObject({ code: "stale" });
    expect(await registry.cases("tested")).toEqual({ cases: [{ title: "one" }], etag });
    await registry.createVersion("tested", "");
    expect(await registry.versionCases("tested", 1)).toEqual([{ title: "one" }]);
    await registry.putCases("tested", [{ title: "two" }], "*");
    expect(await registry.versionCases("tested", 1)).toEqual([{ title: "one" }]);
    expect(await registry.cases("nowhere")).toBeUndefined();
    await expect(registry.putCases("nowhere", [], "*")).rejects.toMatchObject({ code: "not_found" });
  });

  test("why a version runs although its cases fail is kept until the next deployment", async () => {
    const registry = open();
    await registry.putDraft(flow("forced"), undefined);
    await registry.createVersion("forced", "");
    const forced = async () => (await registry.flows()).find((one) => one.id === "forced")?.forced;
    await registry.deploy("forced", 1, "live", "It was agreed");
    expect(await forced()).toBe("It was agreed");
    await registry.deploy("forced", 1, "live");
    expect(await forced()).toBeNull();
    await registry.deploy("forced", 1, "off");
  });
}
