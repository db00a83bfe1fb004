import { expect, test } from "vitest";
import type { DeadLetterEffect, ReplayedEffect } from "../../../engine/model/effect.ts";
import type { Registry } from "../../../engine/store/registry.ts";
import { at, effectId, noon } from "./effects.ts";

const letter = (change: Partial<DeadLetterEffect>): DeadLetterEffect => ({
  type: "dead-letter",
  id: effectId(),
  device: "l-device",
  at: noon,
  reason: "invalid_json",
  message: "The payload is no JSON.",
  raw: Buffer.from([0, 255, 10]).toString("base64"),
  ...change,
});

export function deadLetterCases(open: () => Registry) {
  test("a dead letter keeps the bytes and where it failed", async () => {
    const effect = letter({ flow: "congestion", version: 3, node: "jam", message: "odd \u0000 text" });
    await open().apply([effect]);
    expect(await open().deadLetter(effect.id)).toEqual({
      id: effect.id,
      reason: "invalid_json",
      message: "odd \ufffd text",
      state: "open",
      device: "l-device",
      deviceName: null,
      flow: "congestion",
      version: 3,
      node: "jam",
      arrivedAt: at(noon),
      type: null,
      raw: effect.raw,
      payload: null,
      editedAt: null,
      replayedAt: null,
      replayVersion: null,
      replayOf: null,
      again: null,
    });
  });

  test("a replay keeps the version that was chosen for it, also when it is asked for once more", async () => {
    const one = letter({ device: "l-chosen", flow: "l-flow", node: "jam", version: 3 });
    await open().apply([one]);
    expect(await open().replayDeadLetters([one.id], 2)).toEqual([one.id]);
    expect(await open().replayDeadLetters([one.id], 1)).toEqual([]);
    expect(await open().deadLetter(one.id)).toMatchObject({ state: "replaying", replayVersion: 2 });
  });

  test("one that belongs to no device or flow says null", async () => {
    const effect = letter({ device: "" });
    await open().apply([effect]);
    expect(await open().deadLetter(effect.id)).toMatchObject({
      device: null,
      flow: null,
      version: null,
      node: null,
    });
    expect(await open().deadLetter("nowhere")).toBeUndefined();
  });

  test("dead letters are listed newest first, filtered, once each", async () => {
    const device = "l-listed";
    const letters = ["a", "b", "a"].map((reason) => letter({ device, reason, flow: `l-${reason}` }));
    const ids = letters.map(({ id }) => id);
    await open().apply(letters);
    await open().apply(letters);
    const list = async (filter: object) =>
      (await open().deadLetters({ limit: 9, ...filter })).items.map(({ id }) => id);
    expect(await list({ device })).toEqual(ids.toReversed());
    expect(await list({ device, reason: "a" })).toEqual([ids[2], ids[0]]);
    expect(await list({ flow: "l-b" })).toEqual([ids[1]]);
    const first = await open().deadLetters({ limit: 1, device });
    const second = await open().deadLetters({ limit: 1, device, cursor: first.next! });
    expect([first.items[0]?.id, second.items[0]?.id]).toEqual([ids[2], ids[1]]);
  });

  const replayed = (letter: string, number: number): ReplayedEffect => ({
    type: "replayed",
    id: effectId(),
    device: "l-device",
    at: noon,
    letter,
    number,
    failed: false,
  });
  const states = async (letters: DeadLetterEffect[]) =>
    (await open().deadLettersById(letters.map(({ id }) => id))).map(({ state }) => state);

  test("replays are numbered in the order in which the letters came, once each, and end when a lane took them", async () => {
    const letters = [letter({ device: "l-r1" }), letter({ device: "l-r2" }), letter({ device: "l-r1" })];
    await open().apply(letters);
    const ids = letters.map(({ id }) => id);
    const before = (await open().pendingReplays(0, 1000)).at(-1)?.number ?? 0;
    const [first, second] = await Promise.all([
      open().replayDeadLetters(ids.toReversed()),
      open().replayDeadLetters(ids),
    ]);
    expect([...first, ...second].toSorted()).toEqual(ids.toSorted());
    const pending = await open().pendingReplays(before, 10);
    expect(pending.map(({ id }) => id)).toEqual(ids);
    expect(pending.map(({ device }) => device)).toEqual(["l-r1", "l-r2", "l-r1"]);
    expect(await states(letters)).toEqual(["replaying", "replaying", "replaying"]);

    await open().apply([replayed(ids[0]!, pending[0]!.number), replayed(ids[1]!, pending[1]!.number + 99)]);
    expect(await states(letters)).toEqual(["replayed", "replaying", "replaying"]);
    expect(await open().deadLetter(ids[0]!)).toMatchObject({ replayedAt: at(noon) });
    expect(await open().replayDeadLetters(ids)).toEqual([]);
  });

  test("a letter keeps its bytes when it is edited, and cannot be edited once it is on its way", async () => {
    const one = letter({ device: "l-edit" });
    await open().apply([one]);
    expect(await open().editDeadLetter(one.id, { payload: '{"n":1}', type: "telemetry" })).toMatchObject({
      raw: one.raw,
      payload: '{"n":1}',
      type: "telemetry",
      editedAt: expect.any(String),
    });
    await open().replayDeadLetters([one.id]);
    expect(await open().editDeadLetter(one.id, { payload: '{"n":2}', type: "telemetry" })).toBeUndefined();
    expect(await open().deadLetter(one.id)).toMatchObject({ payload: '{"n":1}' });
  });

  test("the letter that a replay became and the one it replays name each other", async () => {
    const first = letter({ device: "l-again" });
    const next = letter({ device: "l-again", replayOf: first.id });
    await open().apply([first, next]);
    expect(await open().deadLetter(first.id)).toMatchObject({ again: next.id, replayOf: null });
    expect(await open().deadLetter(next.id)).toMatchObject({ again: null, replayOf: first.id });
  });

  test("a discarded letter is kept, left out of the counts, and can be replayed", async () => {
    const letters = ["jam", "jam", "sign"].map((node) =>
      letter({ flow: "l-counts", node, reason: "node_failed" }),
    );
    await open().apply(letters);
    const counts = async () =>
      (await open().deadLetterCounts())
        .filter(({ flow }) => flow === "l-counts")
        .map(({ node, count }) => [node, count]);
    expect(await counts()).toEqual([
      ["jam", 2],
      ["sign", 1],
    ]);
    const [{ id }] = letters as [DeadLetterEffect];
    expect(await open().discardDeadLetters([id])).toEqual([id]);
    expect(await open().discardDeadLetters([id])).toEqual([]);
    expect((await counts()).toSorted()).toEqual([
      ["jam", 1],
      ["sign", 1],
    ]);
    expect(await open().replayDeadLetters([id])).toEqual([id]);
  });

  test("a brief list leaves the bytes out, and begins with the oldest where asked", async () => {
    const letters = [letter({ device: "l-brief" }), letter({ device: "l-brief" })];
    await open().apply(letters);
    const { items } = await open().deadLetters({ limit: 9, device: "l-brief", brief: true, oldest: true });
    expect(items.map(({ id }) => id)).toEqual(letters.map(({ id }) => id));
    expect(items[0]).not.toHaveProperty("raw");
  });
}
