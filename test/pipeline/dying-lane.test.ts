import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import type { Entry } from "../../engine/flow/entry.ts";
import type { Effect } from "../../engine/model/effect.ts";
import type { Flow } from "../../engine/model/flow.ts";
import { encodeEntry } from "../../engine/pipeline/frame.ts";
import { openRedisBackbone } from "../../engine/store/backbone/redis.ts";
import { startRedis } from "../support/redis.ts";

const steps: Flow = {
  id: "steps",
  name: "Steps",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "step", kind: "enrich", config: { delta: [{ of: "n", as: "change" }] } },
    { id: "kept", kind: "save", config: { measurement: "steps", fields: ["n", "change"] } },
  ],
  edges: [
    { from: "in", output: "out", to: "step" },
    { from: "step", output: "out", to: "kept" },
  ],
  layout: {},
};
const deploy: Entry = {
  type: "deploy",
  deployment: { revision: 1, flows: [{ version: 1, definition: steps }] },
};
const context = { id: "d1", name: "one", profile: "default", revision: 1, attributes: {} };
const upload = (n: number, values: object): Entry => ({
  type: "upload",
  device: "d1",
  upload: "telemetry",
  arrivedAt: n,
  payload: JSON.stringify({ ts: n, values }),
  binary: false,
  id: "",
  checkId: false,
  context,
});

test("a message that ends each process that evaluates it is found and set aside; all others are evaluated once, in order", async () => {
  const redis = await startRedis({ appendfsync: "always" });
  const place = { url: redis.url, prefix: "dying", log: () => {} };
  const backbone = await openRedisBackbone({ ...place, lanes: 1 });
  const deadly = [17, 40];
  const entries = Array.from({ length: 60 }, (_, i) =>
    upload(i + 1, deadly.includes(i + 1) ? { dies: true } : { n: i + 1 }),
  );
  const frames = (some: Entry[]) => some.map(encodeEntry).join("");
  await backbone.enqueue(0, { producer: "p", number: 1, frames: frames([deploy, ...entries.slice(0, 50)]) });
  await backbone.enqueue(0, { producer: "p", number: 2, frames: frames(entries.slice(50)) });

  const points: number[][] = [];
  const letters: Effect[] = [];
  let deaths = 0;
  try {
    while (points.length + letters.length < 60) {
      expect(deaths).toBeLessThan(10);
      const child = spawn(process.execPath, [join(import.meta.dirname, "dying-lane.mjs"), redis.url], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      createInterface(child.stdout).on("line", (line) => {
        const said = JSON.parse(line);
        for (const [, , , , { n, change }] of said.points ?? []) points.push([n, change]);
        letters.push(...(said.effects ?? []));
        if (points.length + letters.length === 60) child.kill("SIGTERM");
      });
      const [, signal] = await once(child, "close");
      if (signal === "SIGKILL") deaths++;
      else expect(signal).toBe("SIGTERM");
    }
  } finally {
    await backbone.close();
    await redis.stop();
  }
  const numbers = entries.flatMap((_, i) => (deadly.includes(i + 1) ? [] : [i + 1]));
  expect(points).toEqual(numbers.map((n, i) => [n, i === 0 ? undefined : n - numbers[i - 1]!]));
  expect(letters).toMatchObject(
    deadly.map((n) => ({
      type: "dead-letter",
      reason: "evaluation_killed",
      raw: Buffer.from(JSON.stringify({ ts: n, values: { dies: true } })).toString("base64"),
    })),
  );
  // Two before it is suspected, two more to be sure; the other one is in the same batch.
  expect(deaths).toBe(6);
}, 120_000);
