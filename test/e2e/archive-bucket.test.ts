import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BacktestRun } from "../../engine/model/backtest.ts";
import { writeArchive } from "../support/archive.ts";
import { highFlow } from "../support/high-flow.ts";
import { ask, millrace, type Product, startProduct } from "../support/product.ts";
import { startS3 } from "../support/s3.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const dir = tempFolder("archive-bucket");
const begin = Date.now() - 3_600_000;
const count = 200;
let bucket: Awaited<ReturnType<typeof startS3>>;
let product: Product | undefined;

beforeAll(async () => {
  bucket = await startS3();
});
afterAll(async () => {
  await product?.stop();
  await bucket?.stop();
  removeFolder(dir);
});

test("what was kept in the folder moves to the bucket, and backtests see it there beside what comes now", async () => {
  const sent = Array.from({ length: count }, (_, n) => ({
    device: `d${n % 5}`,
    at: begin + n * 1000,
    values: { n },
  }));
  await writeArchive(join(dir, "archive"), sent);
  product = await startProduct({ dir, env: bucket.env });
  const metrics = async () => (await fetch(`${product!.http}/metrics`)).text();
  await expect.poll(metrics).toMatch(/millrace_archive_uploads_total\{result="uploaded"\} [1-9]/);
  await expect.poll(metrics).toContain("millrace_archive_uploads_waiting 0");
  const device = await ask<{ token: string }>(`${product.http}/api/devices`, "POST", { name: "pump" });
  await ask(`${product.http}/api/v1/${device.token}/telemetry`, "POST", { n: 999 });
  await expect.poll(metrics).toContain('millrace_archive_messages_total{result="kept"} 1');
  const span = await ask<{ from: number; on: boolean }>(`${product.http}/api/archive`);
  expect(span).toMatchObject({ on: true, from: begin });

  const flow = highFlow(150);
  await ask(`${product.http}/api/flows/high`, "PUT", flow);
  const place = `${product.http}/api/flows/high/backtest`;
  const { id } = await ask<BacktestRun>(place, "POST", { from: 0, to: Date.now() + 1000 });
  const run = () => ask<BacktestRun>(`${place}/${id}`);
  await expect.poll(async () => (await run()).state).toBe("done");
  // One alarm of each device, and one of the pump.
  expect((await run()).result).toMatchObject({ messages: count + 1, candidate: { alarms: 6 } });

  const { MILLRACE_ARCHIVE_DIR: address, ...keys } = bucket.env;
  writeFileSync(join(dir, "flow.json"), JSON.stringify(flow));
  const command = ["flows", "backtest", dir, "--archive", address, "--from", "2h", "--json"];
  const said = await millrace(command, keys);
  expect(said.stderr).toBe("");
  expect(JSON.parse(said.stdout)).toMatchObject({ messages: count, candidate: { alarms: 5 } });

  const { AWS_SECRET_ACCESS_KEY: _, ...keyless } = keys;
  const refused = await millrace(command, keyless);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining("AWS_SECRET_ACCESS_KEY: is needed for the bucket"),
  ]);

  await bucket.kill();
  const silent = await millrace(command, keys);
  expect([silent.code, silent.stderr]).toEqual([
    1,
    expect.stringContaining("does not answer (ECONNREFUSED)"),
  ]);
  await expect(ask(`${product.http}/api/archive`)).rejects.toThrow(/503.*does not answer/);
}, 240_000);
