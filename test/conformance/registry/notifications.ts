import { expect, test } from "vitest";
import type { NewChannel } from "../../../engine/model/channel.ts";
import type { NotifyEffect } from "../../../engine/model/effect.ts";
import type { Registry } from "../../../engine/store/registry.ts";
import { effectId, noon } from "./effects.ts";

const settings: NewChannel["settings"] = { type: "webhook", url: "https://hooks.example.org/x" };
const tell = (change: Partial<NotifyEffect> = {}): NotifyEffect => ({
  type: "notify",
  id: effectId(),
  device: "d1",
  deviceName: "Pump",
  at: noon,
  flow: "pumps",
  version: 1,
  node: "tell",
  channel: "ops",
  title: "Hot",
  text: "Too hot\u0000",
  values: { temperature: 81 },
  ...change,
});

export function notificationCases(open: () => Registry) {
  test("a channel is made, listed and deleted; its secret is never shown, and stays where it is left out", async () => {
    const registry = open();
    const made = await registry.putChannel({ name: "ops", description: "", settings, secret: "s3cret" });
    expect(made).toMatchObject({ name: "ops", settings, hasSecret: true });
    expect(JSON.stringify(await registry.channels())).not.toContain("s3cret");
    await registry.putChannel({ name: "ops", description: "On duty", settings });
    expect(await registry.channel("ops")).toMatchObject({ description: "On duty", hasSecret: true });
    expect(await registry.channelSecret("ops")).toBe("s3cret");
    await registry.deleteChannel("ops");
    expect(await registry.channel("ops")).toBeUndefined();
    expect(await registry.channelSecret("ops")).toBeUndefined();
    await expect(registry.deleteChannel("ops")).rejects.toMatchObject({ code: "not_found" });
  });

  test("an effect waits to be sent once, however often it comes, and is gone when it was sent", async () => {
    const registry = open();
    const [one, two] = [tell(), tell({ title: "Hotter" })];
    expect(await registry.apply([one, two])).toMatchObject({ notices: 2 });
    expect(await registry.apply([one])).toMatchObject({ notices: 0 });
    const now = Date.now() + 1000;
    const taken = await registry.takeNotices({ now, limit: 10, leaseMs: 60_000 });
    expect(taken.map(({ title, attempts }) => [title, attempts])).toEqual([
      ["Hot", 0],
      ["Hotter", 0],
    ]);
    expect(taken[0]).toMatchObject({
      id: one.id,
      channel: "ops",
      text: "Too hot\ufffd",
      origin: {
        device: "d1",
        deviceName: "Pump",
        flow: "pumps",
        node: "tell",
        at: noon,
        values: { temperature: 81 },
      },
    });
    await registry.noticeSent(one.id);
    await registry.noticeWaits(two.id, now + 5000);
    expect(await registry.takeNotices({ now: now + 4999, limit: 10, leaseMs: 1000 })).toEqual([]);
    expect(await registry.takeNotices({ now: now + 5000, limit: 10, leaseMs: 1000 })).toMatchObject([
      { id: two.id, attempts: 1 },
    ]);
    await registry.noticeSent(two.id);
  });

  test("two that look at once take different ones, and what was taken comes back when the lease is over", async () => {
    const registry = open();
    const all = Array.from({ length: 6 }, () => tell());
    await registry.apply(all);
    const now = Date.now() + 1000;
    const asked = { now, limit: 4, leaseMs: 1000 };
    const [a, b] = await Promise.all([registry.takeNotices(asked), registry.takeNotices(asked)]);
    const ids = [...a, ...b].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeLessThanOrEqual(6);
    const again = await registry.takeNotices({ ...asked, now: now + 1000, limit: 10 });
    expect(again).toHaveLength(6);
    for (const { id } of again) await registry.noticeSent(id);
  });

  test("what came of one is told to its node, once, also where it came from a key", async () => {
    const registry = open();
    const [good, bad, quiet] = [
      tell({ flow: "asks", device: "road A1", ref: "r1" }),
      tell({ flow: "asks", ref: "r2", alarmId: "a1" }),
      tell({ flow: "asks" }),
    ];
    await registry.apply([good, bad, quiet]);
    const letter = { type: "dead-letter", id: `${bad.id}:n`, device: "d1", at: noon } as const;
    const lost = { ...letter, reason: "notification_failed", message: "Gone.", raw: "" };
    for (let i = 0; i < 2; i++) {
      await registry.noticeSent(good.id);
      await registry.noticeLost(bad.id, { letter: lost, reason: "the receiver answered 404" });
      await registry.noticeSent(quiet.id);
    }
    const told = (await registry.happened(100)).map(({ entry }) => entry);
    const { channel } = good;
    expect(told.filter((entry) => "flow" in entry && entry.flow === "asks")).toEqual([
      {
        type: "result",
        device: "road A1",
        at: expect.any(Number),
        flow: "asks",
        node: "tell",
        result: {
          ref: "r1",
          of: 1,
          state: "succeeded",
          field: "notification",
          command: { channel, state: "sent", reason: null },
        },
      },
      expect.objectContaining({
        alarmId: "a1",
        result: expect.objectContaining({
          state: "failed",
          command: { channel, state: "failed", reason: "the receiver answered 404" },
        }),
      }),
    ]);
  });

  test("one that is given up becomes a dead letter, once", async () => {
    const registry = open();
    const effect = tell({ flow: "given-up" });
    await registry.apply([effect]);
    const letter = {
      type: "dead-letter",
      id: `${effect.id}:n`,
      device: "d1",
      at: noon,
      reason: "notification_failed",
      message: "The receiver is gone.",
      flow: "given-up",
      version: 1,
      node: "tell",
      raw: "e30=",
    } as const;
    for (let i = 0; i < 2; i++) await registry.noticeLost(effect.id, { letter, reason: "gone" });
    const { items } = await registry.deadLetters({ limit: 10, flow: "given-up" });
    expect(items).toMatchObject([{ reason: "notification_failed", node: "tell" }]);
    expect(await registry.takeNotices({ now: Date.now() + 1e6, limit: 10, leaseMs: 1000 })).toEqual([]);
  });
}
