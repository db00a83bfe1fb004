import { expect, test } from "vitest";
import type { Payload } from "../../../engine/model/payload.ts";
import type { Registry } from "../../../engine/store/registry.ts";

export function profileCases(open: () => Registry) {
  test("default is there from the start and is industrial", async () => {
    expect(await open().profile("default")).toMatchObject({ name: "default", class: "industrial" });
  });

  test("a profile is made, replaced, listed by name and deleted", async () => {
    const registry = open();
    const loop = { name: "loop-detector", class: "consumer", description: "In the road" } as const;
    expect(await registry.putProfile(loop)).toEqual(loop);
    const better = { ...loop, class: "industrial" } as const;
    await registry.putProfile(better);
    expect(await registry.profile("loop-detector")).toEqual(better);
    expect((await registry.profiles()).map((profile) => profile.name)).toEqual(["default", "loop-detector"]);
    await registry.deleteProfile("loop-detector");
    expect(await registry.profile("loop-detector")).toBeUndefined();
  });

  test("fields that devices of a profile sent are known by name, the last value of each; they go with it", async () => {
    const registry = open();
    const seen = { name: "seen", class: "industrial", description: "" } as const;
    await registry.putProfile(seen);
    expect(await registry.seenFields("seen")).toEqual({});
    await registry.sawFields("seen", { speed: 41, "a\u0000b": "x" });
    await registry.sawFields("seen", { speed: 42.5, open: true });
    expect(await registry.seenFields("seen")).toEqual({ speed: 42.5, "a\ufffdb": "x", open: true });
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`n${index}`, index]));
    await registry.sawFields("seen", many);
    await registry.sawFields("seen", { last: null });
    expect(await registry.seenFields("seen")).toEqual({ last: null });
    await registry.deleteProfile("seen");
    await registry.sawFields("seen", { speed: 1 });
    expect(await registry.seenFields("seen")).toEqual({});
  });

  test("a payload comes back as it was put, and goes where it is left out", async () => {
    const registry = open();
    const fields: Payload["fields"] = [
      { name: "speed", type: "number", unit: "km/h", minimum: 0 },
      { name: "lane", type: "text" },
    ];
    const told = {
      name: "told",
      class: "industrial",
      description: "",
      payload: { fields, open: true, enforce: false },
    } as const;
    expect(await registry.putProfile(told)).toEqual(told);
    expect(await registry.profile("told")).toEqual(told);
    const { payload: _, ...rest } = told;
    await registry.putProfile(rest);
    expect(await registry.profile("told")).toEqual(rest);
  });

  test("lanes are told of payloads to enforce by a new revision of the deployment, and of others not", async () => {
    const registry = open();
    const payload = (enforce: boolean): Payload => ({
      fields: [{ name: "speed", type: "number" }],
      open: false,
      enforce,
    });
    const put = async (payload?: Payload) => {
      await registry.putProfile({
        name: "held",
        class: "industrial",
        description: "",
        ...(payload && { payload }),
      });
      return registry.deployment();
    };
    const before = await put(payload(false));
    expect(before.payloads?.held).toBeUndefined();
    const held = await put(payload(true));
    expect(held.revision).toBeGreaterThan(before.revision);
    expect(held.payloads?.held).toEqual(payload(true));
    expect((await put(payload(true))).revision).toBe(held.revision);
    await registry.deleteProfile("held");
    const after = await registry.deployment();
    expect(after.revision).toBeGreaterThan(held.revision);
    expect(after.payloads?.held).toBeUndefined();
  });

  test("default can be changed but not deleted", async () => {
    const registry = open();
    await registry.putProfile({ name: "default", class: "industrial", description: "Changed" });
    expect((await registry.profile("default"))?.description).toBe("Changed");
    await expect(registry.deleteProfile("default")).rejects.toMatchObject({ code: "conflict" });
  });

  test("a profile in use is not deleted", async () => {
    const registry = open();
    await registry.putProfile({ name: "in-use", class: "industrial", description: "" });
    await registry.createDevice({ name: "user of profile", profile: "in-use", attributes: {}, shared: {} });
    await expect(registry.deleteProfile("in-use")).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining('"in-use"'),
    });
  });

  test("an unknown profile cannot be deleted", async () => {
    await expect(open().deleteProfile("nowhere")).rejects.toMatchObject({ code: "not_found" });
  });
}
