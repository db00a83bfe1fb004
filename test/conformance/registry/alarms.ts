import { expect, test } from "vitest";
import type { Registry } from "../../../engine/store/registry.ts";
import { at, clear, noon, raise, update } from "./effects.ts";

export function alarmCases(open: () => Registry) {
  test("a raise makes an active alarm with its cause", async () => {
    const effect = raise({ device: "a-raise", details: { speed: 12, note: "x\u0000y" } });
    const { alarms } = await open().apply([effect]);
    expect(alarms).toHaveLength(1);
    expect(await open().alarm(effect.id)).toEqual({
      id: effect.id,
      type: "Congestion",
      severity: "major",
      status: "active",
      acknowledged: false,
      device: "a-raise",
      deviceName: "Name of a-raise",
      flow: "congestion",
      node: "jam",
      raisedAt: at(noon),
      clearedAt: null,
      acknowledgedAt: null,
      details: { speed: 12, note: "x\ufffdy" },
      cause: effect.cause,
    });
  });

  test("a clear ends the active alarm of its device, flow, node and type alone", async () => {
    const mine = raise({ device: "a-clear" });
    const others = [
      raise({ device: "a-clear-2" }),
      raise({ device: "a-clear", flow: "other" }),
      raise({ device: "a-clear", node: "other" }),
      raise({ device: "a-clear", alarm: "Other" }),
    ];
    await open().apply([mine, ...others]);
    const { alarms } = await open().apply([clear({ device: "a-clear", at: noon + 5000 })]);
    expect(alarms).toMatchObject([{ id: mine.id, status: "cleared", clearedAt: at(noon + 5000) }]);
    for (const { id } of others) expect(await open().alarm(id)).toMatchObject({ status: "active" });
  });

  test("a clear with nothing to clear does nothing", async () => {
    expect((await open().apply([clear({ device: "a-nothing" })])).alarms).toEqual([]);
  });

  test("a second raise closes the first", async () => {
    const [first, second] = [raise({ device: "a-second" }), raise({ device: "a-second", at: noon + 1000 })];
    await open().apply([first]);
    const { alarms } = await open().apply([second]);
    expect(alarms).toMatchObject([
      { id: first.id, status: "cleared", clearedAt: at(noon + 1000) },
      { id: second.id, status: "active" },
    ]);
  });

  test("raises and clears of one batch play in order", async () => {
    const device = "a-order";
    const [one, two] = [raise({ device }), raise({ device, at: noon + 2000 })];
    const { alarms } = await open().apply([one, clear({ device, at: noon + 1000 }), two]);
    expect(alarms.map(({ id, status }) => [id, status])).toEqual([
      [one.id, "active"],
      [one.id, "cleared"],
      [two.id, "active"],
    ]);
    expect(await open().alarm(one.id)).toMatchObject({ status: "cleared", clearedAt: at(noon + 1000) });
    expect(await open().alarm(two.id)).toMatchObject({ status: "active" });
  });

  test("an update changes severity and details of the active alarm, and nothing else", async () => {
    const device = "a-update";
    const effect = raise({ device });
    await open().apply([effect]);
    const before = await open().alarm(effect.id);
    const change = update({ device, severity: "critical", details: { speed: 3, note: "x\u0000y" } });
    const { alarms } = await open().apply([change]);
    const after = { ...before, severity: "critical", details: { speed: 3, note: "x\ufffdy" } };
    expect(alarms).toMatchObject([{ id: effect.id, severity: "critical", status: "active" }]);
    expect(await open().alarm(effect.id)).toEqual(after);
    expect((await open().apply([change])).alarms).toEqual([]);
    await open().apply([clear({ device, at: noon + 5000 })]);
    expect(await open().alarm(effect.id)).toEqual({
      ...after,
      status: "cleared",
      clearedAt: at(noon + 5000),
    });
  });

  test("an update with nothing active does nothing", async () => {
    expect((await open().apply([update({ device: "a-update-none" })])).alarms).toEqual([]);
  });

  test("raise, updates and clear of one batch play in order", async () => {
    const device = "a-update-order";
    const effect = raise({ device, severity: "minor" });
    const { alarms } = await open().apply([
      update({ device }),
      effect,
      update({ device, severity: "critical" }),
      update({ device, severity: "major", details: { speed: 9 } }),
      clear({ device, at: noon + 1000 }),
    ]);
    expect(alarms.map(({ severity, status }) => [severity, status])).toEqual([
      ["minor", "active"],
      ["critical", "active"],
      ["major", "active"],
      ["major", "cleared"],
    ]);
    expect(await open().alarm(effect.id)).toMatchObject({ severity: "major", details: { speed: 9 } });
  });

  test("a repeated batch changes nothing and tells nothing, even when later effects came between", async () => {
    const device = "a-repeat";
    const early = [raise({ device }), clear({ device, at: noon + 1000 })];
    const later = raise({ device, at: noon + 2000 });
    await open().apply(early);
    await open().apply([later]);
    expect(await open().apply([...early, later])).toEqual({
      alarms: [],
      commands: [],
      attributes: [],
      happened: false,
      notices: 0,
    });
    expect(await open().alarm(later.id)).toMatchObject({ status: "active" });
  });

  test("an effect that stands twice in one batch counts once", async () => {
    const effect = raise({ device: "a-twice" });
    expect((await open().apply([effect, effect])).alarms).toHaveLength(1);
  });

  test("acknowledging is remembered once, and whether active or cleared", async () => {
    const device = "a-ack";
    const effect = raise({ device });
    await open().apply([effect]);
    const first = await open().acknowledge(effect.id);
    expect(first).toMatchObject({ acknowledged: true, status: "active" });
    expect(await open().acknowledge(effect.id)).toEqual(first);
    await open().apply([clear({ device })]);
    expect(await open().alarm(effect.id)).toMatchObject({ acknowledged: true, status: "cleared" });
  });

  test("an operator clears an alarm once; the flow's own clear comes too late", async () => {
    const device = "a-operator";
    const effect = raise({ device });
    await open().apply([effect]);
    const cleared = await open().clearAlarm(effect.id, noon + 9000);
    expect(cleared).toMatchObject({ status: "cleared", clearedAt: at(noon + 9000) });
    expect(await open().clearAlarm(effect.id, noon + 10_000)).toEqual(cleared);
    expect((await open().apply([clear({ device })])).alarms).toEqual([]);
  });

  test("an unknown alarm is not found", async () => {
    expect(await open().alarm("nowhere")).toBeUndefined();
    await expect(open().acknowledge("nowhere")).rejects.toMatchObject({ code: "not_found" });
    await expect(open().clearAlarm("nowhere", noon)).rejects.toMatchObject({ code: "not_found" });
  });

  test("a device's clock may say anything", async () => {
    const times = [-8e15, 8e15, Number.NaN, -1];
    const effects = times.map((ms, index) => raise({ device: `a-clock-${index}`, at: ms }));
    await open().apply(effects);
    for (const { id } of effects) expect((await open().alarm(id))?.raisedAt).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  test("alarms are listed newest first, filtered, page after page", async () => {
    const flow = "a-list";
    const effects = ["critical", "minor", "critical", "minor", "critical"].map((severity, index) =>
      raise({ device: `a-list-${index}`, flow, severity: severity as "critical" }),
    );
    const ids = effects.map(({ id }) => id);
    await open().apply(effects);
    await open().apply([clear({ device: "a-list-2", flow })]);
    const list = async (filter: object) =>
      (await open().alarms({ limit: 50, flow, ...filter })).items.map((a) => a.id);
    expect(await list({})).toEqual(ids.toReversed());
    expect(await list({ severity: "critical" })).toEqual([ids[4], ids[2], ids[0]]);
    expect(await list({ status: "cleared" })).toEqual([ids[2]]);
    expect(await list({ device: "a-list-1" })).toEqual([ids[1]]);
    const first = await open().alarms({ limit: 3, flow });
    const rest = await open().alarms({ limit: 3, flow, cursor: first.next! });
    expect([...first.items, ...rest.items].map((a) => a.id)).toEqual(ids.toReversed());
    expect(rest.next).toBeNull();
  });

  test("every change of an alarm is kept with its cause, also of several in one batch, an operator's without", async () => {
    const device = "a-why";
    const steps = [{ node: "jam", says: "speed 12 is below 20", reasons: [], values: { speed: 12 } }];
    const raised = raise({ device });
    raised.cause.steps = steps;
    const cause = { ...raised.cause, message: "1:2", version: 2 };
    await open().apply([
      raised,
      update({ device, at: noon + 1000, cause }),
      update({ device, at: noon + 2000 }),
    ]);
    await open().acknowledge(raised.id);
    await open().apply([clear({ device, at: noon + 3000, cause: { ...cause, message: "1:3" } })]);
    await open().acknowledge(raised.id);
    const explained = await open().explainedAlarm(raised.id);
    expect(explained).toMatchObject({ id: raised.id, status: "cleared", cause: raised.cause });
    expect(explained!.changes).toMatchObject([
      { change: "raised", at: at(noon), severity: "major", cause: { steps } },
      { change: "updated", at: at(noon + 1000), severity: "critical", cause },
      { change: "updated", at: at(noon + 2000), severity: "critical", cause: null },
      { change: "acknowledged", cause: null },
      { change: "cleared", at: at(noon + 3000), severity: "critical", cause: { message: "1:3", steps } },
    ]);
    // Lists stay small.
    expect((await open().alarm(raised.id))!.cause).not.toHaveProperty("steps");
    expect(await open().explainedAlarm("nowhere")).toBeUndefined();
  });

  test("of an alarm that goes up and down for ever, that it came and the newest changes are kept", async () => {
    const device = "a-up-and-down";
    const raised = raise({ device });
    const steps = Array.from({ length: 250 }, (_, index) => update({ device, at: noon + index + 1 }));
    await open().apply([raised, ...steps]);
    const { changes } = (await open().explainedAlarm(raised.id))!;
    expect(changes).toHaveLength(201);
    expect(changes[0]).toMatchObject({ change: "raised", cause: raised.cause });
    expect(changes.at(-1)).toMatchObject({ at: at(noon + 250) });
  });

  test("a thousand effects are applied at once", async () => {
    const effects = Array.from({ length: 500 }, (_, index) => [
      raise({ device: `a-many-${index % 100}`, flow: "a-many", at: noon + index }),
      ...(index % 2 ? [clear({ device: `a-many-${index % 100}`, flow: "a-many", at: noon + index })] : []),
    ]).flat();
    await open().apply(effects);
    const active = await open().alarms({ limit: 500, flow: "a-many", status: "active" });
    // Even devices were raised five times, each raise closing the one before; odd ones were cleared each time.
    expect(active.items).toHaveLength(50);
    expect((await open().alarms({ limit: 501, flow: "a-many" })).items).toHaveLength(500);
  });
}
