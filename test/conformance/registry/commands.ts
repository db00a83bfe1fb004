import { expect, test } from "vitest";
import { type CommandState, commandStates } from "../../../engine/model/command.ts";
import type { Values } from "../../../engine/model/value.ts";
import type { Registry } from "../../../engine/store/registry.ts";
import { at, command, noon, raise } from "./effects.ts";

const asked = {
  method: "reboot",
  params: { delay: 1 },
  timeoutMs: 5000,
  ttlMs: 60_000,
  retries: 0,
  approval: false,
};

export function commandCases(open: () => Registry) {
  let count = 0;
  async function newDevice() {
    const name = `commanded ${++count}`;
    return (await open().createDevice({ name, profile: "default", attributes: {}, shared: {} })).id;
  }
  async function queued(now = noon, change: Partial<typeof asked> = {}) {
    const device = await newDevice();
    return (await open().createCommand(device, { ...asked, ...change }, { key: "k", now })).command;
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
      reason: null,
      retries: 0,
      attempts: 0,
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

  test("a flow's command keeps why it was sent; one by hand has no cause", async () => {
    const device = await newDevice();
    const { cause } = raise({ device });
    const { commands } = await open().apply([command({ device, cause })]);
    expect((await open().explainedCommand(commands[0]!.id))!.cause).toEqual(cause);
    const { command: byHand } = await open().createCommand(device, asked, { key: "hand", now: noon });
    expect(await open().explainedCommand(byHand.id)).toEqual({ ...byHand, cause: null });
    expect(await open().explainedCommand(9_999_999)).toBeUndefined();
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

  const ends: readonly CommandState[] = ["succeeded", "failed", "timed_out", "expired"];
  const onward: Record<CommandState, readonly CommandState[]> = {
    waiting_approval: ["expired", "rejected"],
    queued: ["sent", "delivered", ...ends],
    sent: ["delivered", ...ends],
    delivered: ends,
    succeeded: [],
    failed: [],
    timed_out: [],
    expired: [],
    rejected: [],
  };
  const steps = commandStates.flatMap((from) => commandStates.map((to) => [from, to] as const));
  test.each(steps)("from %s to %s: forward only", async (from, to) => {
    const { id } = await queued(noon, { approval: from === "waiting_approval" || from === "rejected" });
    if (from === "rejected") await open().decideCommand(id, { approve: false, at: noon });
    else if (from !== "queued") await open().advanceCommand(id, { state: from, at: noon + 1000 });
    const isOnward = onward[from].includes(to);
    const after = await open().advanceCommand(id, { state: to, at: noon + 2000, answer: { ok: true } });
    expect(after?.state).toBe(isOnward ? to : undefined);
    expect((await open().command(id))?.state).toBe(isOnward ? to : from);
  });

  test("what was not answered in time is queued again under its id, so often as it has retries", async () => {
    const start = noon + 2e9;
    const { id, device } = await queued(start, { retries: 2 });
    const mine = async (now: number) =>
      (await open().expireCommands(now))
        .filter((one) => one.id === id)
        .map(({ state, attempts }) => [state, attempts]);
    for (const attempt of [1, 2]) {
      await open().advanceCommand(id, { state: "sent", at: start + attempt * 10_000 });
      expect(await mine(start + attempt * 10_000 + 4999)).toEqual([]);
      expect(await mine(start + attempt * 10_000 + 5000)).toEqual([["queued", attempt]]);
      const [again] = await open().queuedCommands(device, start + attempt * 10_000 + 5001);
      expect(again).toMatchObject({ id, sentAt: null, finishedAt: null, attempts: attempt });
    }
    await open().advanceCommand(id, { state: "delivered", at: start + 30_000 });
    expect(await mine(start + 35_000)).toEqual([["timed_out", 2]]);
  });

  test("a late answer counts, also while the command waits to be sent again", async () => {
    const start = noon + 3e9;
    const { id } = await queued(start, { retries: 1 });
    await open().advanceCommand(id, { state: "sent", at: start });
    await open().expireCommands(start + 5000);
    const done = await open().advanceCommand(id, { state: "succeeded", at: start + 6000, answer: {} });
    expect(done).toMatchObject({ state: "succeeded", attempts: 1, sentAt: at(start + 6000) });
  });

  test("nothing is sent again after its time to live", async () => {
    const start = noon + 4e9;
    const { id } = await queued(start, { retries: 5, ttlMs: 10_000 });
    await open().advanceCommand(id, { state: "sent", at: start + 6000 });
    const [over] = (await open().expireCommands(start + 11_000)).filter((one) => one.id === id);
    expect(over).toMatchObject({ state: "timed_out", attempts: 0 });
  });

  test("a command that waits for approval is not sent, and is once approved", async () => {
    const { id, device } = await queued(noon, { approval: true });
    expect((await open().command(id))?.state).toBe("waiting_approval");
    expect(await open().queuedCommands(device, noon + 1)).toEqual([]);
    expect(await open().advanceCommand(id, { state: "sent", at: noon })).toBeUndefined();
    expect(await open().decideCommand(id, { approve: true, at: noon + 10 })).toMatchObject({
      state: "queued",
    });
    expect((await open().queuedCommands(device, noon + 11)).map((one) => one.id)).toEqual([id]);
    const again = open().decideCommand(id, { approve: true, at: noon + 20 });
    await expect(again).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/it is queued/),
    });
  });

  test("a rejected command keeps the reason and comes to nothing; nobody decides it twice", async () => {
    const { id, device } = await queued(noon, { approval: true });
    const reason = "People in the basin\u0000";
    const rejected = await open().decideCommand(id, { approve: false, at: noon + 10, reason });
    expect(rejected).toMatchObject({
      state: "rejected",
      reason: "People in the basin\ufffd",
      finishedAt: at(noon + 10),
    });
    expect(await open().queuedCommands(device, noon + 11)).toEqual([]);
    expect(await open().decideCommand(id, { approve: false, at: noon + 20 })).toEqual(rejected);
    const approving = open().decideCommand(id, { approve: true, at: noon + 20 });
    await expect(approving).rejects.toMatchObject({ code: "conflict" });
    const unknown = open().decideCommand(987_654_321, { approve: true, at: noon });
    await expect(unknown).rejects.toMatchObject({ code: "not_found" });
  });

  test("what nobody approves in its time to live expires", async () => {
    const start = noon + 5e9;
    const { id } = await queued(start, { approval: true });
    const [over] = (await open().expireCommands(start + 60_000)).filter((one) => one.id === id);
    expect(over).toMatchObject({ state: "expired", sentAt: null });
  });

  test("a refused command of a flow is listed as failed with its reason, and sent to nobody", async () => {
    const refused = "Interlock: the door is open.";
    const { commands } = await open().apply([command({ device: "c-refused", refused })]);
    expect(commands).toMatchObject([{ state: "failed", reason: refused, finishedAt: expect.any(String) }]);
    expect(await open().queuedCommands("c-refused", Date.now())).toEqual([]);
  });

  async function zoneDevice(attributes: Values, profile = "default") {
    const shared = { zone: "overruled" };
    const name = `zoned ${++count}`;
    return (await open().createDevice({ name, profile, attributes, shared })).id;
  }

  test("a command goes to every device that has the value, in order of their names, each once", async () => {
    await open().putProfile({ name: "zone-fan", class: "industrial", description: "" });
    const zone = `zone ${++count}`;
    const [first, other, last] = [
      await zoneDevice({ zone }, "zone-fan"),
      await zoneDevice({ zone }),
      await zoneDevice({ zone }, "zone-fan"),
    ];
    for (const zone of [7, null, true, ["a"]]) await zoneDevice({ zone }, "zone-fan");
    const selection = { type: "selection", attribute: "zone", equals: zone } as const;
    const effect = command({ device: "c-origin", to: { ...selection, profile: "zone-fan" }, ref: "r" });
    const { commands } = await open().apply([effect]);
    expect(commands.map(({ device }) => device)).toEqual([first, last]);
    expect((await open().apply([effect])).commands).toEqual([]);
    const all = await open().apply([command({ device: "c-origin", to: selection })]);
    expect(all.commands.map(({ device }) => device).sort()).toEqual([first, other, last].sort());
  });

  test("a number is not the text that looks like it", async () => {
    await zoneDevice({ bay: "41" });
    const number = await zoneDevice({ bay: 41 });
    const to = { type: "selection", attribute: "bay", equals: 41 } as const;
    const { commands } = await open().apply([command({ device: "c-origin", to })]);
    expect(commands.map(({ device }) => device)).toEqual([number]);
  });

  test("a command goes to the device of that name", async () => {
    const device = await newDevice();
    const { name } = (await open().device(device))!;
    const { commands } = await open().apply([command({ device: "c-origin", to: { type: "named", name } })]);
    expect(commands).toMatchObject([{ device, state: "queued" }]);
  });

  test("one key of a node is one command for a device, in one batch and in another", async () => {
    const keyed = (change: object) => command({ device: "c-keyed", key: "job 1", ...change });
    const first = await open().apply([
      keyed({}),
      keyed({}),
      keyed({ node: "other" }),
      keyed({ key: "job 2" }),
    ]);
    expect(first.commands).toHaveLength(3);
    expect((await open().apply([keyed({})])).commands).toEqual([]);
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
