import { expect, test } from "vitest";
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
