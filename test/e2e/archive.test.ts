import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Row } from "../../engine/archive/kept.ts";
import { readArchive } from "../../engine/archive/read.ts";
import type { BacktestRun } from "../../engine/model/backtest.ts";
import { highFlow } from "../support/high-flow.ts";
import { ask, freePorts, millrace, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const dir = tempFolder("archive");
const archive = join(dir, "archive");
let product: Product | undefined;
afterAll(async () => {
  await product?.stop();
  removeFolder(dir);
});

const count = 300;

async function numbersKept(): Promise<number[]> {
  const rows: Row[] = [];
  const range = { from: 0, to: Date.now() + 60_000 };
  for await (const group of readArchive({ folder: archive }, range))
    for (const { rows: some } of group) rows.push(...some);
  return rows.flatMap(({ entry }) => (entry.type === "upload" ? [JSON.parse(entry.payload).n] : []));
}

test("what was committed is in the archive after a kill -9, once and in order, and a backtest runs over it", async () => {
  const env = await freePorts();
  product = await startProduct({ dir, env });
  const device = await ask<{ token: string }>(`${product.http}/api/devices`, "POST", { name: "pump" });
  for (let n = 0; n < count; n++)
    await ask(`${product.http}/api/v1/${device.token}/telemetry`, "POST", { n });
  const metrics = async () => (await fetch(`${product!.http}/metrics`)).text();
  await expect.poll(metrics).toContain(`millrace_archive_messages_total{result="kept"} ${count}`);
  await product.kill();
  const all = Array.from({ length: count }, (_, n) => n);
  expect(await numbersKept()).toEqual(all);

  product = await startProduct({ dir, env });
  const flow = highFlow(count / 2);
  await ask(`${product.http}/api/flows/high`, "PUT", flow);
  const place = `${product.http}/api/flows/high/backtest`;
  const { id } = await ask<BacktestRun>(place, "POST", { from: 0, to: Date.now() + 1000 });
  let run: BacktestRun | undefined;
  const state = async () => {
    run = await ask<BacktestRun>(`${place}/${id}`);
    return run.state;
  };
  await expect.poll(state).toBe("done");
  expect(run!.result).toMatchObject({
    messages: count,
    live: null,
    candidate: { alarms: 1, deadLetters: {} },
  });
  expect(await ask(`${product.http}/api/alarms`)).toMatchObject({ items: [] });

  const bad = await millrace(["flows", "backtest", "flows/congestion", "--archive", join(dir, "none")]);
  expect([bad.code, bad.stderr]).toEqual([1, expect.stringContaining("there is no such folder")]);
  const said = await millrace([
    "flows",
    "backtest",
    "flows/congestion",
    "--archive",
    archive,
    "--from",
    "1h",
  ]);
  const served = await millrace([
    "flows",
    "backtest",
    "high",
    "--from",
    "1h",
    "--server",
    product.http,
    "--json",
  ]);
  expect(JSON.parse(served.stdout)).toMatchObject({ messages: count, candidate: { alarms: 1 } });
  const file = join(dir, "messages.csv");
  writeFileSync(file, "device,at,n\nd1,2026-11-26 08:00:00,1\nd1,2026-11-26 08:00:10,1000\n");
  const lent = await millrace([
    "flows",
    "backtest",
    "high",
    "--data",
    file,
    "--server",
    product.http,
    "--json",
  ]);
  expect(JSON.parse(lent.stdout)).toMatchObject({ messages: 2, candidate: { alarms: 1 } });
  expect([said.code, said.stdout]).toEqual([0, expect.stringContaining(`${count} messages in`)]);
}, 240_000);
