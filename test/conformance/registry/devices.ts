import { expect, test } from "vitest";
import type { NewDevice } from "../../../engine/model/device.ts";
import type { Registry } from "../../../engine/store/registry.ts";
import { clear, command, effectId, noon, raise } from "./effects.ts";

const named = (name: string, change: Partial<NewDevice> = {}): NewDevice => ({
  name,
  profile: "default",
  attributes: {},
  shared: {},
  ...change,
});

export function deviceCases(open: () => Registry) {
  test("a new device gets an id, a token and revision 1, and is found by each", async () => {
    const registry = open();
    const made = await registry.createDevice(
      named("north 1", { attributes: { road: "A1" }, shared: { on: true } }),
    );
    expect(made).toMatchObject({
      name: "north 1",
      profile: "default",
      attributes: { road: "A1" },
      shared: { on: true },
      client: {},
      revision: 1,
    });
    expect(made.id).toMatch(/^d[a-z0-9]{12}$/);
    expect(made.token).toMatch(/^[a-z0-9]{20,64}$/);
    expect(Date.parse(made.createdAt)).toBeGreaterThan(Date.now() - 60_000);
    expect(await registry.device(made.id)).toEqual(made);
    expect(await registry.devicesByToken(["none", made.token])).toEqual([undefined, made]);
    expect(await registry.devicesByName([made.name, "none"])).toEqual([made, undefined]);
  });

  test("an unknown id or token finds nothing, whatever bytes it has", async () => {
    const registry = open();
    for (const id of ["nobody", "", "a\u0000b", "\ud800"]) {
      expect(await registry.device(id)).toBeUndefined();
      expect(await registry.devicesByToken([id])).toEqual([undefined]);
    }
  });

  test("a taken name, a taken token and an unknown profile are told apart", async () => {
    const registry = open();
    await registry.createDevice(named("twin", { token: "token-of-twin" }));
    await expect(registry.createDevice(named("twin"))).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining('"twin"'),
    });
    await expect(registry.createDevice(named("other", { token: "token-of-twin" }))).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("token"),
    });
    await expect(registry.createDevice(named("odd", { profile: "nope" }))).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringMatching(/"nope".*default/),
    });
  });

  test("devices are listed by name, page after page", async () => {
    const registry = open();
    for (const name of ["page c", "page a", "page e", "page b", "page d"])
      await registry.createDevice(named(name));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await registry.devices({ limit: 2, search: "PAGE ", cursor });
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map((device) => device.name));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(seen).toEqual(["page a", "page b", "page c", "page d", "page e"]);
  });

  test("the search is part of a name or id, with no wildcards", async () => {
    const registry = open();
    const made = await registry.createDevice(named("100% _odd_"));
    for (const search of ["100%", "_ODD_", made.id.slice(1, 9)]) {
      const { items } = await registry.devices({ limit: 5, search });
      expect(items.map((device) => device.id)).toEqual([made.id]);
    }
    expect((await registry.devices({ limit: 5, search: "1%0" })).items).toEqual([]);
  });

  test("devices are listed by profile", async () => {
    const registry = open();
    await registry.putProfile({ name: "weather", class: "consumer", description: "" });
    const made = await registry.createDevice(named("station", { profile: "weather" }));
    expect(await registry.devices({ limit: 5, profile: "weather" })).toEqual({ items: [made], next: null });
  });

  test.each(["!", "x", "W10", toBase64("12"), toBase64('{"a":1}')])(
    "the cursor %j is refused",
    async (cursor) => {
      const page = open().devices({ limit: 5, cursor });
      await expect(page).rejects.toMatchObject({ code: "bad_request" });
    },
  );

  test("a change replaces what is given, keeps the rest and raises the revision", async () => {
    const registry = open();
    const made = await registry.createDevice(
      named("before", { attributes: { a: 1, b: 2 }, shared: { s: 1 } }),
    );
    const after = await registry.updateDevice(made.id, { name: "after", attributes: { a: 3 } });
    expect(after).toEqual({ ...made, name: "after", attributes: { a: 3 }, revision: 2 });
    expect(await registry.device(made.id)).toEqual(after);
  });

  test("a change clashes like a new device, and needs one that is there", async () => {
    const registry = open();
    await registry.createDevice(named("first"));
    const second = await registry.createDevice(named("second"));
    await expect(registry.updateDevice(second.id, { name: "first" })).rejects.toMatchObject({
      code: "conflict",
    });
    await expect(registry.updateDevice(second.id, { profile: "nope" })).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(registry.updateDevice("nobody", { name: "x" })).rejects.toMatchObject({ code: "not_found" });
  });

  test.each(["server", "shared", "client"] as const)(
    "attributes merge into the %s scope, null deletes",
    async (scope) => {
      const registry = open();
      const { id } = await registry.createDevice(named(`merge ${scope}`));
      const awkward = { "a b": "x\u0000\\u0000\ud800", list: [1, null, { deep: null }], n: 1.5 };
      await registry.mergeAttributes(id, scope, { keep: 1, drop: 2, ...awkward });
      const after = await registry.mergeAttributes(id, scope, { drop: null, never: null, keep: "now" });
      const values = after[scope === "server" ? "attributes" : scope];
      expect(values).toEqual({ keep: "now", ...awkward, "a b": "x\ufffd\\u0000\ufffd" });
      expect(after.revision).toBe(3);
    },
  );

  test("attributes of an unknown device cannot be merged", async () => {
    await expect(open().mergeAttributes("nobody", "server", {})).rejects.toMatchObject({ code: "not_found" });
  });

  test("what changed or was deleted since a time is told, by the registry's own clock", async () => {
    const registry = open();
    const { at: before } = await registry.deviceChanges(Date.now() + 3_600_000);
    const [kept, gone] = [
      await registry.createDevice(named("changes 1")),
      await registry.createDevice(named("changes 2")),
    ];
    await registry.mergeAttributes(kept.id, "server", { road: "A7" });
    await registry.deleteDevice(gone.id);
    const { at, changed, deleted } = await registry.deviceChanges(before);
    expect(at).toBeGreaterThanOrEqual(before);
    expect(changed).toContainEqual({ id: kept.id, name: kept.name, revision: 2 });
    expect(changed.map(({ id }) => id)).not.toContain(gone.id);
    expect(deleted).toContain(gone.id);
    const later = await registry.deviceChanges(at + 60_000);
    expect(later.changed.map(({ id }) => id)).not.toContain(kept.id);
    expect(later.deleted).not.toContain(gone.id);
  });

  test("with a device end its active alarms and open commands; its history stays", async () => {
    const registry = open();
    const { id, token } = await registry.createDevice(named("leaving"));
    const alarm = raise({ device: id });
    await registry.apply([alarm, command({ device: id })]);
    await registry.deleteDevice(id);
    expect(await registry.device(id)).toBeUndefined();
    expect(await registry.devicesByToken([token])).toEqual([undefined]);
    expect(await registry.alarm(alarm.id)).toMatchObject({ status: "cleared" });
    const { items } = await registry.commands({ limit: 5, device: id });
    expect(items.map((item) => item.state)).toEqual(["expired"]);
    await expect(registry.deleteDevice(id)).rejects.toMatchObject({ code: "not_found" });
  });

  test("effects of a device that is gone do not fail the others", async () => {
    const registry = open();
    const { id } = await registry.createDevice(named("still here"));
    const applied = await registry.apply([
      raise({ device: "gone-device" }),
      command({ device: "gone-device" }),
      { type: "attributes", id: effectId(), device: "gone-device", at: noon, values: { a: 1 } },
      clear({ device: "gone-device" }),
      { type: "attributes", id: effectId(), device: id, at: noon, values: { a: 1 } },
    ]);
    expect(applied.attributes).toEqual([{ device: id, values: { a: 1 } }]);
    expect((await registry.device(id))?.client).toEqual({ a: 1 });
  });

  test("reported attributes merge in order, once by effect id, and only what changed is told", async () => {
    const registry = open();
    const { id } = await registry.createDevice(named("reporter"));
    const report = (values: NewDevice["attributes"]) =>
      ({ type: "attributes", id: effectId(), device: id, at: noon, values }) as const;
    const first = report({ fw: "1.0", spare: 1 });
    const applied = await registry.apply([first, report({ fw: "1.1", spare: null })]);
    expect(applied.attributes).toEqual([{ device: id, values: { fw: "1.1", spare: null } }]);
    expect(await registry.device(id)).toMatchObject({ client: { fw: "1.1" }, revision: 2 });
    expect((await registry.apply([first])).attributes).toEqual([]);
    expect((await registry.apply([report({ fw: "1.1" })])).attributes).toEqual([]);
    expect(await registry.device(id)).toMatchObject({ client: { fw: "1.1" }, revision: 2 });
  });
}

function toBase64(text: string) {
  return Buffer.from(text).toString("base64url");
}
