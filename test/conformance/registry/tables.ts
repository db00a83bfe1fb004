import { expect, test } from "vitest";
import type { Flow } from "../../../engine/model/flow.ts";
import type { NewTable } from "../../../engine/model/table.ts";
import type { Registry } from "../../../engine/store/registry.ts";

const goods: NewTable = {
  description: "What may be how warm",
  key: "sort",
  columns: [
    { name: "sort", type: "text" },
    { name: "warmest", type: "number" },
  ],
  rows: [
    ["fish", -18],
    ["milk", null],
  ],
};

const reader = (id: string, tables: string[]): Flow => ({
  id,
  name: id,
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "more",
      kind: "enrich",
      config: { lookup: tables.map((table) => ({ table, by: "sort", column: "warmest", as: table })) },
    },
  ],
  edges: [{ from: "in", to: "more" }],
  layout: {},
});

async function running(registry: Registry, id: string, ...tables: string[]) {
  await registry.putDraft(reader(id, tables), undefined);
  const { version } = await registry.createVersion(id, "first");
  return registry.deploy(id, version, "live");
}

export function tableCases(open: () => Registry) {
  test("a table is made, listed without its rows, replaced by its version and deleted", async () => {
    const registry = open();
    const made = await registry.putTable("goods", goods, undefined);
    expect(made).toMatchObject({ name: "goods", version: 1, rowCount: 2, rows: goods.rows, usedBy: [] });
    const listed = (await registry.tables()).find(({ name }) => name === "goods");
    expect(listed).toMatchObject({ key: "sort", columns: goods.columns, rowCount: 2 });
    expect(listed).not.toHaveProperty("rows");
    await expect(registry.putTable("goods", goods, undefined)).rejects.toMatchObject({ code: "conflict" });
    const put = await registry.putTable("goods", { ...goods, rows: [["fish", -20]] }, 1);
    expect(put).toMatchObject({ version: 2, rows: [["fish", -20]] });
    await expect(registry.putTable("goods", goods, 1)).rejects.toMatchObject({ code: "stale" });
    expect(await registry.table("goods")).toEqual(put);
    await registry.deleteTable("goods");
    expect(await registry.table("goods")).toBeUndefined();
    await expect(registry.deleteTable("goods")).rejects.toMatchObject({ code: "not_found" });
    await expect(registry.putTable("goods", goods, 2)).rejects.toMatchObject({ code: "stale" });
  });

  test("lanes are told of a table that a running flow uses, and of each change, by a new revision", async () => {
    const registry = open();
    await registry.putTable("used", goods, undefined);
    await registry.putTable("unused", goods, undefined);
    const first = await running(registry, "reads-used", "used");
    const { columns, key, rows } = goods;
    expect(first.tables).toEqual({ used: { columns, key, rows } });
    await registry.putTable("unused", { ...goods, rows: [] }, 1);
    await registry.putTable("used", { ...goods, description: "Told nobody" }, 1);
    expect((await registry.deployment()).revision).toBe(first.revision);
    await registry.putTable("used", { ...goods, rows: [["fish", -20]] }, 2);
    const second = await registry.deployment();
    expect(second.revision).toBeGreaterThan(first.revision);
    expect(second.tables?.used?.rows).toEqual([["fish", -20]]);
    expect((await registry.table("used"))?.usedBy).toEqual(["reads-used"]);
    await registry.deploy("reads-used", 1, "off");
    expect((await registry.deployment()).tables?.used).toBeUndefined();
    await registry.deleteTable("used");
  });

  test("what a running flow uses is neither deleted nor loses a column that it reads", async () => {
    const registry = open();
    await registry.putTable("held", goods, undefined);
    await running(registry, "reads-held", "held");
    await expect(registry.deleteTable("held")).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining('"reads-held"'),
    });
    const without: NewTable = { ...goods, columns: [{ name: "sort", type: "text" }], rows: [["fish"]] };
    await expect(registry.putTable("held", without, "*")).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining('"warmest"'),
    });
    await registry.deploy("reads-held", 1, "off");
    // In shadow it reads the table as well.
    await registry.beginCandidate("reads-held", 1, { mode: "shadow", withinMs: 1000 });
    await expect(registry.deleteTable("held")).rejects.toMatchObject({ code: "conflict" });
    await expect(registry.putTable("held", without, "*")).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining('"warmest"'),
    });
    await registry.abandonCandidate("reads-held", 1);
    await registry.putTable("held", without, "*");
  });

  test("running flows use no more than lanes are to be told of", async () => {
    const registry = open();
    const rows = Array.from({ length: 1020 }, (_, index) => [`k${index}`.padEnd(1000, "x"), index]);
    const names = Array.from({ length: 9 }, (_, index) => `large${index}`);
    for (const name of names) await registry.putTable(name, { ...goods, rows }, undefined);
    await expect(running(registry, "reads-all", ...names)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/MB together, of at most 8\.0 MB/),
    });
  });
}
