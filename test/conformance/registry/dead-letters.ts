import { expect, test } from "vitest";
import type { DeadLetterEffect } from "../../../engine/model/effect.ts";
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
      device: "l-device",
      flow: "congestion",
      version: 3,
      node: "jam",
      arrivedAt: at(noon),
      raw: effect.raw,
    });
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
}
