import { expect, test } from "vitest";
import type { Flow } from "../../../engine/model/flow.ts";
import type { HappenedTo, Registry } from "../../../engine/store/registry.ts";
import { clear, command, noon, raise, update } from "./effects.ts";

const asked = {
  method: "fanOn",
  params: { speed: 2 },
  timeoutMs: 5000,
  ttlMs: 60_000,
  retries: 0,
  approval: false,
};

export function happeningCases(open: () => Registry) {
  let count = 0;
  async function newDevice() {
    const name = `told ${++count}`;
    return open().createDevice({ name, profile: "default", attributes: {}, shared: {} });
  }

  /** What is to be told of the device; it is told from then on. */
  async function told(device: string): Promise<HappenedTo[]> {
    const found = (await open().happened(1000)).filter(({ entry }) => entry.device === device);
    await open().toldLanes(found.map(({ entry, number }) => ({ device: entry.device, number })));
    return found;
  }

  async function deploy(id: string, types: string[]) {
    const flow: Flow = {
      id,
      name: id,
      schema: 1,
      nodes: [{ id: "in", kind: "input", config: { types } }],
      edges: [],
      layout: {},
    };
    await open().putDraft(flow, undefined);
    const { version } = await open().createVersion(id, "");
    await open().deploy(id, version, "live");
    return async () => {
      await open().deploy(id, version, "off");
      await open().deleteFlow(id);
    };
  }

  async function sent(change: Partial<Parameters<typeof command>[0]> = {}) {
    const device = await newDevice();
    const effect = command({ device: device.id, ref: "m/0", method: "fanOn", alarmId: "1:1:1", ...change });
    const { commands } = await open().apply([effect]);
    return { device, commands, effect };
  }

  test("the end of a flow's command is told to the node that sent it, once, with the device as it is", async () => {
    const { device, commands } = await sent();
    expect(await told(device.id)).toEqual([]);
    const { id } = commands[0]!;
    await open().advanceCommand(id, { state: "sent", at: noon });
    await open().advanceCommand(id, { state: "succeeded", at: noon + 1, answer: { rpm: 900 } });
    await open().advanceCommand(id, { state: "failed", at: noon + 2, answer: {} });
    const { name } = device;
    expect(await open().happened(1000)).toContainEqual({
      number: expect.any(Number),
      device: await open().device(device.id),
      entry: {
        type: "result",
        device: device.id,
        at: noon + 1,
        flow: "congestion",
        node: "sign",
        alarmId: "1:1:1",
        result: {
          ref: "m/0",
          of: 1,
          state: "succeeded",
          command: {
            id,
            device: device.id,
            deviceName: name,
            method: "fanOn",
            state: "succeeded",
            answer: { rpm: 900 },
            reason: null,
          },
        },
      },
    });
    expect(await told(device.id)).toHaveLength(1);
    expect(await told(device.id)).toEqual([]);
  });

  test.each([
    ["failed", { error: "no power" }, "no power"],
    ["failed", { error: 7 }, "The device answered that it failed."],
    ["timed_out", undefined, "The device did not answer within 10 s."],
    ["expired", undefined, "Its time to live was over before it was sent."],
  ] as const)("%s with %j: the reason is a sentence", async (state, answer, reason) => {
    const { device, commands } = await sent();
    await open().advanceCommand(commands[0]!.id, { state, at: noon, ...(answer && { answer }) });
    expect(await told(device.id)).toMatchObject([
      { entry: { result: { state, command: { state, reason } } } },
    ]);
  });

  test("what times out and what expires is told in the step in which it does", async () => {
    const [late, away] = [await sent(), await sent({ approval: true })];
    await open().advanceCommand(late.commands[0]!.id, { state: "sent", at: Date.now() });
    await open().expireCommands(Date.now() + 1e9);
    for (const [{ device }, state] of [
      [late, "timed_out"],
      [away, "expired"],
    ] as const)
      expect(await told(device.id)).toMatchObject([{ entry: { result: { state } } }]);
  });

  test("approval and rejection are told", async () => {
    const [one, two] = [await sent({ approval: true }), await sent({ approval: true })];
    await open().decideCommand(one.commands[0]!.id, { approve: true, at: noon });
    await open().decideCommand(two.commands[0]!.id, { approve: false, at: noon, reason: "Not today" });
    expect(await told(one.device.id)).toMatchObject([
      { entry: { result: { state: "approved", command: { state: "queued" } } } },
    ]);
    expect(await told(two.device.id)).toMatchObject([
      { entry: { result: { state: "rejected", command: { state: "rejected", reason: "Not today" } } } },
    ]);
  });

  test("commands to others are told to the one that asked, and how many there are", async () => {
    const origin = await newDevice();
    const zone = `told zone ${++count}`;
    for (const name of [`told b ${count}`, `told a ${count}`])
      await open().createDevice({ name, profile: "default", attributes: { zone }, shared: {} });
    const to = { type: "selection", attribute: "zone", equals: zone } as const;
    const { commands } = await open().apply([command({ device: origin.id, ref: "m/0", to })]);
    for (const { id } of commands) await open().advanceCommand(id, { state: "succeeded", at: noon });
    expect(await told(origin.id)).toMatchObject([
      { entry: { result: { of: 2, command: { deviceName: `told a ${count}` } } } },
      { entry: { result: { of: 2, command: { deviceName: `told b ${count}` } } } },
    ]);
  });

  test("a command that nobody takes, and one whose key was used, are told at once", async () => {
    const { id } = await newDevice();
    const named = { type: "named", name: "nobody at all" } as const;
    const none = { type: "selection", attribute: "zone", equals: "no such zone" } as const;
    const applied = await open().apply([
      command({ device: id, ref: "a", to: named }),
      command({ device: id, ref: "b", to: none }),
      command({ device: id, ref: "c", key: "k" }),
      command({ device: id, ref: "d", key: "k" }),
    ]);
    expect([applied.commands.length, applied.happened]).toEqual([1, true]);
    expect((await told(id)).map(({ entry }) => "result" in entry && entry.result)).toMatchObject([
      { ref: "a", of: 0, state: "failed", command: { reason: 'There is no device "nobody at all".' } },
      { ref: "b", of: 0, state: "failed", command: { reason: 'No device is with zone "no such zone".' } },
      { ref: "d", of: 1, state: "repeated" },
    ]);
  });

  test("ends of commands and changes of alarms are told to inputs only while a flow asks for them", async () => {
    const { id } = await newDevice();
    const make = async (key: string) => {
      const made = await open().createCommand(id, asked, { key, now: noon });
      await open().advanceCommand(made.command.id, { state: "succeeded", at: noon, answer: 1 });
      return made.command.id;
    };
    await make("before");
    await open().apply([raise({ device: id })]);
    expect(await told(id)).toEqual([]);
    const stop = await deploy("told-asks", ["command-result", "alarm-change"]);
    const first = raise({ device: id });
    await open().apply([first, update({ device: id }), clear({ device: id })]);
    const last = raise({ device: id });
    await open().apply([last]);
    await open().acknowledge(last.id);
    await open().acknowledge(last.id);
    await open().clearAlarm(last.id, noon);
    const number = await make("asked");
    await stop();
    await make("after");
    const entries = (await told(id)).map(({ entry }) => entry);
    expect(
      entries.map((entry) => entry.type === "event" && [entry.values.change ?? entry.values.state, entry.by]),
    ).toEqual([
      ["cleared", "congestion"],
      ["raised", "congestion"],
      ["updated", "congestion"],
      ["cleared", "congestion"],
      ["raised", "congestion"],
      ["acknowledged", undefined],
      ["cleared", undefined],
      ["succeeded", undefined],
    ]);
    expect(entries[2]).toMatchObject({
      event: "alarm-change",
      values: {
        alarm: "Congestion",
        severity: "critical",
        status: "active",
        alarmId: first.id,
        details: { speed: 3 },
      },
    });
    expect(entries[7]).toEqual({
      type: "event",
      event: "command-result",
      device: id,
      at: noon,
      values: {
        state: "succeeded",
        method: "fanOn",
        params: { speed: 2 },
        answer: 1,
        reason: null,
        id: number,
        flow: null,
        node: null,
      },
    });
  });

  test("numbers of a device rise in the order of what happened, also when much happens at once", async () => {
    const { id } = await newDevice();
    const effects = Array.from({ length: 40 }, (_, i) => command({ device: id, ref: `m/${i}` }));
    const { commands } = await open().apply(effects);
    await Promise.all(
      commands.map((one) =>
        open().advanceCommand(one.id, { state: "failed", at: noon, answer: { error: "x" } }),
      ),
    );
    const all = await told(id);
    expect(all).toHaveLength(40);
    const numbers = all.map(({ number }) => number);
    expect([...numbers].sort((a, b) => a - b)).toEqual(numbers);
    expect(new Set(numbers).size).toBe(40);
  });

  test("what happened to a device that was deleted comes without it", async () => {
    const { device, commands } = await sent();
    expect(commands).toHaveLength(1);
    await open().deleteDevice(device.id);
    expect(await told(device.id)).toMatchObject([
      { device: undefined, entry: { result: { state: "expired" } } },
    ]);
  });
}
