import { expect, test } from "vitest";
import { type CommandState, commandStates } from "../../../engine/model/command.ts";
import type { Registry } from "../../../engine/store/registry.ts";
import { at, command, noon } from "./effects.ts";

const asked = { method: "reboot", params: { delay: 1 }, timeoutMs: 5000, ttlMs: 60_000 };

export function commandCases(open: () => Registry) {
  let count = 0;
  async function newDevice() {
    const name = `commanded ${++count}`;
    return (await open().createDevice({ name, profile: "default", attributes: {}, shared: {} })).id;
  }
  async function queued(now = noon) {
    const device = await newDevice();
    return (await open().createCommand(device, asked, { key: "k", now })).command;
  }

  test("a command is queued until its time to live is over", async () => {
    const made = await queued();
    expect(made).toEqual({
      id: expect.any(Number),
      key: "k",
      device: made.device,
      method: "reboot",
      params: { delay: 1 },
      state: "queued",
      timeoutMs: 5000,
      expiresAt: at(noon + 60_000),
      createdAt: at(noon),
      sentAt: null,
      finishedAt: null,
      answer: null,
      flow: null,
      node: null,
      alarm: null,
    });
    expect(await open().command(made.id)).toEqual(made);
    expect(await open().queuedCommands(made.device, noon + 59_999)).toEqual([made]);
    expect(await open().queuedCommands(made.device, noon + 60_000)).toEqual([]);
  });

  test("one key of one device is one command, the first one", async () => {
    const [device, other] = [await newDevice(), await newDevice()];
    const first = await open().createCommand(device, asked, { key: "same", now: noon });
    const again = await open().createCommand(
      device,
      { ...asked, method: "x" },
      { key: "same", now: noon + 1 },
    );
    expect([first.created, again.created]).toEqual([true, false]);
    expect(again.command).toEqual(first.command);
    expect((await open().createCommand(other, asked, { key: "same", now: noon })).created).toBe(true);
  });

  test("a command needs a device", async () => {
    const lost = open().createCommand("nobody", asked, { key: "k", now: noon });
    await expect(lost).rejects.toMatchObject({ code: "not_found" });
    expect(await open().command(987_654_321)).toBeUndefined();
  });

  test("a flow's command is queued once and says where it came from", async () => {
    const effect = command({ device: "c-flow", at: Date.now() + 3_600_000, alarmId: "9:9:9", params: null });
    const { commands } = await open().apply([effect]);
    expect(commands).toMatchObject([
      { key: effect.id, device: "c-flow", params: null, flow: "congestion", node: "sign", alarm: "9:9:9" },
    ]);
    expect(commands[0]?.expiresAt).toBe(at(effect.at + effect.ttlMs));
    expect((await open().apply([effect])).commands).toEqual([]);
    expect((await open().commands({ limit: 5, alarm: "9:9:9" })).items).toEqual(commands);
  });

  test("a clock that is behind does not shorten a command's life", async () => {
    const before = Date.now();
    const { commands } = await open().apply([command({ device: "c-behind", at: 0, ttlMs: 60_000 })]);
    expect(Date.parse(commands[0]!.expiresAt)).toBeGreaterThanOrEqual(before + 60_000);
  });

  test("commands of one batch are queued in their order", async () => {
    const methods = Array.from({ length: 50 }, (_, index) => `m${index}`);
    await open().apply(methods.map((method) => command({ device: "c-order", method })));
    const waiting = await open().queuedCommands("c-order", Date.now());
    expect(waiting.map((one) => one.method)).toEqual(methods);
  });

  const rank = (state: CommandState) => Math.min(commandStates.indexOf(state), 3);
  const steps = commandStates.flatMap((from) => commandStates.map((to) => [from, to] as const));
  test.each(steps)("from %s to %s: forward only", async (from, to) => {
    const { id } = await queued();
    if (from !== "queued") await open().advanceCommand(id, { state: from, at: noon + 1000 });
    const after = await open().advanceCommand(id, { state: to, at: noon + 2000, answer: { ok: true } });
    expect(after?.state).toBe(rank(to) > rank(from) ? to : undefined);
    expect((await open().command(id))?.state).toBe(rank(to) > rank(from) ? to : from);
  });

  test("sending and answering leave their times and the answer", async () => {
    const { id, device } = await queued();
    await open().advanceCommand(id, { state: "sent", at: noon + 100 });
    await open().advanceCommand(id, { state: "delivered", at: noon + 200 });
    const done = await open().advanceCommand(id, {
      state: "succeeded",
      at: noon + 300,
      answer: [1, "x\u0000"],
      device,
    });
    expect(done).toMatchObject({
      sentAt: at(noon + 100),
      finishedAt: at(noon + 300),
      answer: [1, "x\ufffd"],
    });
  });

  test("another device cannot answer a command", async () => {
    const { id } = await queued();
    expect(
      await open().advanceCommand(id, { state: "succeeded", at: noon, device: "other" }),
    ).toBeUndefined();
    expect((await open().command(id))?.state).toBe("queued");
  });

  test("unsent commands expire, unanswered ones time out, each once", async () => {
    const [waiting, sent, done] = [
      await queued(noon + 1e9),
      await queued(noon + 1e9),
      await queued(noon + 1e9),
    ];
    const start = noon + 1e9;
    await open().advanceCommand(sent.id, { state: "sent", at: start + 58_000 });
    await open().advanceCommand(done.id, { state: "failed", at: start });
    const mine = async (now: number) =>
      (await open().expireCommands(now))
        .filter(({ id }) => [waiting.id, sent.id, done.id].includes(id))
        .map(({ id, state }) => [id, state]);
    expect(await mine(start + 59_999)).toEqual([]);
    expect(await mine(start + 60_000)).toEqual([[waiting.id, "expired"]]);
    expect(await mine(start + 63_000)).toEqual([[sent.id, "timed_out"]]);
    expect(await mine(start + 90_000)).toEqual([]);
    expect(await open().command(waiting.id)).toMatchObject({ sentAt: null, finishedAt: at(start + 60_000) });
  });

  test("commands are listed newest first, by device and state, page after page", async () => {
    const device = await newDevice();
    const ids: number[] = [];
    for (const key of ["1", "2", "3"])
      ids.push((await open().createCommand(device, asked, { key, now: noon })).command.id);
    await open().advanceCommand(ids[1]!, { state: "sent", at: noon });
    const first = await open().commands({ limit: 2, device });
    expect(first.items.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    const rest = await open().commands({ limit: 2, device, cursor: first.next! });
    expect([rest.items.map(({ id }) => id), rest.next]).toEqual([[ids[0]], null]);
    const sent = await open().commands({ limit: 2, device, state: "sent" });
    expect(sent.items.map(({ id }) => id)).toEqual([ids[1]]);
  });
}
