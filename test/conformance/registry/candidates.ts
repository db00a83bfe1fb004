import { expect, test } from "vitest";
import type { ComparedEffect, DeadLetterEffect } from "../../../engine/model/effect.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import type { Registry } from "../../../engine/store/registry.ts";
import { effectId, noon, raise } from "./effects.ts";

const flow = (id: string, name: string, types = ["telemetry"]): Flow => ({
  id,
  name,
  schema: 1,
  nodes: [{ id: "in", kind: "input", config: { types } }],
  edges: [],
  layout: {},
});

/** A flow of three versions, the first of them live. */
async function threeVersions(registry: Registry, id: string) {
  for (const version of [1, 2, 3]) {
    await registry.putDraft(flow(id, `Version ${version}`), version === 1 ? undefined : "*");
    await registry.createVersion(id, "");
  }
  await registry.deploy(id, 1, "live");
}

function compared(candidate: number, change: Partial<ComparedEffect> = {}): ComparedEffect {
  return {
    type: "compared",
    id: effectId(),
    device: "d1",
    deviceName: "Detector 1",
    at: noon,
    candidate,
    what: "raised",
    subject: "Congestion",
    verdict: "new",
    shadow: { at: noon, node: "jam", content: "major" },
    ...change,
  };
}

const failure = (flow: string, candidate?: number): DeadLetterEffect => ({
  type: "dead-letter",
  id: effectId(),
  device: "d1",
  at: noon,
  reason: "node_failed",
  message: "Node failed",
  flow,
  version: 2,
  node: "in",
  ...(candidate !== undefined && { candidate }),
  raw: "",
});

export function candidateCases(open: () => Registry) {
  const summaryOf = async (id: string) => (await open().flows()).find((one) => one.id === id);
  const logOf = async (id: string) =>
    (await open().deploymentLog(id, 10)).map(({ change, version }) => `${change} ${version}`);
  const begin = async (
    id: string,
    ...[candidate, version = 2]: [Parameters<Registry["beginCandidate"]>[2], number?]
  ) => {
    const { candidates = [] } = await open().beginCandidate(id, version, candidate);
    return candidates.find(({ definition }) => definition.id === id)!;
  };

  test("a shadow stands in the deployment beside the live version, and in the list, until it is taken back", async () => {
    const registry = open();
    await threeVersions(registry, "shadowed");
    const before = await registry.deployment();
    const shadow = await begin("shadowed", { mode: "shadow", withinMs: 60_000, forced: "Only looking" });
    expect(shadow).toEqual({
      id: before.revision + 1,
      mode: "shadow",
      version: 2,
      withinMs: 60_000,
      definition: flow("shadowed", "Version 2"),
    });
    const during = await registry.deployment();
    expect(during).toMatchObject({ revision: shadow.id, flows: before.flows });
    expect(await summaryOf("shadowed")).toMatchObject({
      live: 1,
      candidate: { id: shadow.id, version: 2, mode: "shadow", withinMs: 60_000, forced: "Only looking" },
    });
    const after = await registry.abandonCandidate("shadowed", 2);
    expect(after).toEqual({ revision: shadow.id + 1, flows: before.flows });
    expect(await summaryOf("shadowed")).toMatchObject({ live: 1, candidate: null, rolledBack: null });
    expect(await logOf("shadowed")).toEqual(["abandoned 2", "shadow 2", "live 1"]);
  });

  test("a condition with null in it comes back as it was", async () => {
    const registry = open();
    await threeVersions(registry, "with-null");
    const devices = { when: { all: [{ fact: "area", operator: "equal", value: null }] } };
    expect((await begin("with-null", { mode: "canary", devices })).devices).toEqual(devices);
    expect((await registry.candidate("with-null"))?.devices).toEqual(devices);
  });

  test("a canary that is deployed to all is promoted; another version takes its place", async () => {
    const registry = open();
    await threeVersions(registry, "promoted");
    const devices = { percent: 10 };
    await begin("promoted", { mode: "canary", devices });
    const deployment = await registry.deploy("promoted", 2, "live");
    expect(deployment.candidates?.some(({ definition }) => definition.id === "promoted") ?? false).toBe(
      false,
    );
    expect(await summaryOf("promoted")).toMatchObject({ live: 2, candidate: null });
    await begin("promoted", { mode: "canary", devices }, 3);
    await registry.deploy("promoted", 1, "live");
    await begin("promoted", { mode: "canary", devices }, 3);
    await registry.deploy("promoted", 1, "off");
    expect(await logOf("promoted")).toEqual([
      "off 1",
      "replaced 3",
      "canary 3",
      "live 1",
      "replaced 3",
      "canary 3",
      "promoted 2",
      "canary 2",
      "live 1",
    ]);
  });

  test("one version runs beside the live one at a time", async () => {
    const registry = open();
    await threeVersions(registry, "one-beside");
    await begin("one-beside", { mode: "shadow", withinMs: 0 }, 2);
    await begin("one-beside", { mode: "canary", devices: { percent: 1 } }, 3);
    expect((await registry.candidate("one-beside"))?.version).toBe(3);
    await expect(registry.abandonCandidate("one-beside", 2)).rejects.toMatchObject({ code: "conflict" });
    expect((await registry.candidate("one-beside"))?.version).toBe(3);
  });

  test("a flow that does not run has a shadow, but no canary; the live version is neither", async () => {
    const registry = open();
    await registry.putDraft(flow("new-one", "New"), undefined);
    await registry.createVersion("new-one", "");
    await expect(
      registry.beginCandidate("new-one", 1, { mode: "canary", devices: { percent: 1 } }),
    ).rejects.toMatchObject({ code: "conflict" });
    await expect(registry.beginCandidate("new-one", 2, { mode: "shadow" })).rejects.toMatchObject({
      code: "not_found",
    });
    await registry.beginCandidate("new-one", 1, { mode: "shadow", withinMs: 0 });
    await expect(registry.deleteFlow("new-one")).rejects.toMatchObject({ code: "conflict" });
    await registry.deploy("new-one", 1, "live");
    await expect(registry.beginCandidate("new-one", 1, { mode: "shadow" })).rejects.toMatchObject({
      code: "conflict",
    });
    await registry.deploy("new-one", 1, "off");
    await registry.deleteFlow("new-one");
    expect(await registry.deploymentLog("new-one", 10)).toEqual([]);
  });

  test("what was compared is counted once, and corrected where a counterpart came later", async () => {
    const registry = open();
    await threeVersions(registry, "tallied");
    const { id } = await begin("tallied", { mode: "shadow", withinMs: 60_000 });
    const first = compared(id);
    const live = { at: noon + 1000, node: "jam", content: "major" };
    const pair = compared(id, { verdict: "earlier", instead: { id: first.id, verdict: "new" }, live });
    const other = compared(id, {
      what: "command",
      subject: "setLimit",
      verdict: "gone",
      shadow: undefined,
      live,
    });
    await registry.apply([first]);
    await registry.apply([first, pair, other]);
    await registry.apply([pair, other]);
    const { counts, examples } = await registry.comparison(id);
    expect(counts).toHaveLength(2);
    expect(counts).toEqual(
      expect.arrayContaining([
        { what: "raised", verdict: "earlier", count: 1 },
        { what: "command", verdict: "gone", count: 1 },
      ]),
    );
    expect(examples).toEqual([
      { what: "command", verdict: "gone", subject: "setLimit", device: "d1", deviceName: "Detector 1", live },
      {
        what: "raised",
        verdict: "earlier",
        subject: "Congestion",
        device: "d1",
        deviceName: "Detector 1",
        live,
        shadow: first.shadow,
      },
    ]);
    await registry.abandonCandidate("tallied", 2);
    await registry.apply([compared(id)]);
    expect(await registry.comparison(id)).toEqual({ counts: [], examples: [] });
  });

  test("all are counted, and the newest 20 of each kept as examples", async () => {
    const registry = open();
    await threeVersions(registry, "bounded");
    const { id } = await begin("bounded", { mode: "shadow", withinMs: 60_000 });
    const all = Array.from({ length: 45 }, (_, i) => compared(id, { device: `d${i}`, deviceName: `${i}` }));
    await registry.apply(all.slice(0, 30));
    await registry.apply(all.slice(30));
    const { counts, examples } = await registry.comparison(id);
    expect(counts).toEqual([{ what: "raised", verdict: "new", count: 45 }]);
    expect(examples.map(({ deviceName }) => Number(deviceName))).toEqual(
      Array.from({ length: 20 }, (_, i) => 44 - i),
    );
  });

  test("errors and alarms of a canary are counted; beyond its bounds it goes back, in the same step, with its reason", async () => {
    const registry = open();
    await threeVersions(registry, "guarded");
    const bounds = { errors: 2, alarms: 1, withinMs: 600_000 };
    const { id } = await begin("guarded", { mode: "canary", devices: { percent: 10 }, bounds });
    const failures = Array.from({ length: 4 }, () => failure("guarded", id));
    const alarm = raise({ device: "d1", flow: "guarded", version: 2, candidate: id });
    const within = [
      failures[0]!,
      failures[1]!,
      alarm,
      failure("guarded"),
      raise({ device: "d2", flow: "guarded" }),
    ];
    expect(await registry.apply(within)).not.toHaveProperty("rolledBack");
    expect(await registry.apply(within)).not.toHaveProperty("rolledBack");
    expect(await registry.candidate("guarded")).toMatchObject({ errors: 2, alarms: 1, bounds });
    const { rolledBack } = await registry.apply([failures[2]!]);
    expect(rolledBack).toMatchObject({ revision: id + 1 });
    expect(rolledBack?.candidates?.some(({ definition }) => definition.id === "guarded") ?? false).toBe(
      false,
    );
    const said = {
      version: 2,
      change: "rolled-back",
      devices: { percent: 10 },
      reason: "3 errors within 10 min; up to 2 were allowed",
    };
    expect(await summaryOf("guarded")).toMatchObject({ live: 1, candidate: null, rolledBack: said });
    expect(await registry.apply([failures[3]!])).not.toHaveProperty("rolledBack");
    await registry.deploy("guarded", 1, "live");
    expect(await summaryOf("guarded")).toMatchObject({ rolledBack: null });
  });

  test("too many alarms take a canary back too; without bounds nothing does", async () => {
    const registry = open();
    await threeVersions(registry, "alarmed");
    const alarm = (candidate: number) => raise({ device: "d1", flow: "alarmed", version: 2, candidate });
    const free = await begin("alarmed", { mode: "canary", devices: { percent: 10 } });
    await registry.apply([alarm(free.id), alarm(free.id)]);
    expect(await registry.candidate("alarmed")).toMatchObject({ id: free.id, alarms: 2 });
    const bounds = { alarms: 0, withinMs: 90_000 };
    const { id } = await begin("alarmed", { mode: "canary", devices: { percent: 10 }, bounds });
    await registry.apply([alarm(id)]);
    expect((await registry.deploymentLog("alarmed", 1))[0]).toMatchObject({
      change: "rolled-back",
      reason: "1 alarm within 90 s; up to 0 were allowed",
    });
  });

  test("what a shadow's inputs ask for is told to the lanes", async () => {
    const registry = open();
    await registry.putDraft(flow("asking", "Asks", ["alarm-change"]), undefined);
    await registry.createVersion("asking", "");
    await registry.beginCandidate("asking", 1, { mode: "shadow", withinMs: 0 });
    expect((await registry.apply([raise({ device: "asked" })])).happened).toBe(true);
    await registry.abandonCandidate("asking", 1);
    expect((await registry.apply([raise({ device: "asked-2" })])).happened).toBe(false);
  });
}
