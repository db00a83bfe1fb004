import { afterAll, beforeAll, expect, test } from "vitest";
import { openSenders } from "../../connectors/notify/open.ts";
import type { NotifyEffect } from "../../engine/model/effect.ts";
import { Notifier } from "../../engine/pipeline/notifier.ts";
import type { Pglite } from "../../engine/store/pglite.ts";
import { openRegistry } from "../../engine/store/registry/open.ts";
import type { Registry } from "../../engine/store/registry.ts";
import { openDatabase } from "../support/database-template.ts";
import { startReceiver } from "../support/receiver.ts";

let pool: Pglite;
let registry: Registry;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let notifier: Notifier;
/** What the receiver answers, by the id of the notification, in turn; then 200. */
const answers = new Map<string, number[]>();
const logged: unknown[] = [];

beforeAll(async () => {
  pool = await openDatabase();
  registry = await openRegistry(pool);
  receiver = await startReceiver(
    ({ headers }) => answers.get(String(headers["idempotency-key"]))?.shift() ?? 200,
  );
  await registry.putChannel({
    name: "ops",
    description: "",
    settings: { type: "webhook", url: receiver.url },
    secret: "k",
  });
  const sender = openSenders({ hosts: [], internalHosts: ["127.0.0.1"] });
  notifier = new Notifier({ registry, sender, log: (...line) => void logged.push(line), retryMs: [20, 20] });
});
afterAll(async () => {
  await notifier.close();
  await receiver.close();
  await pool.end();
});

async function tell(id: string, statuses: number[], change: Partial<NotifyEffect> = {}) {
  answers.set(id, statuses);
  const origin = {
    device: "d",
    deviceName: "D",
    at: 1000,
    flow: id.replace(":", "-"),
    version: 1,
    node: "tell",
  };
  await registry.apply([
    { type: "notify", id, ...origin, channel: "ops", title: "T", text: "X", values: {}, ...change },
  ]);
  notifier.look();
}
const received = (id: string) => receiver.received.filter(({ headers }) => headers["idempotency-key"] === id);
const letters = async (flow: string) => (await registry.deadLetters({ limit: 10, flow })).items;

test("a notification goes out, and once only", async () => {
  await tell("1:1", []);
  await expect.poll(() => received("1:1").length).toBe(1);
  notifier.look();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(received("1:1")).toHaveLength(1);
  expect(await letters("1-1")).toEqual([]);
});

test("one that the receiver cannot take now is sent again until it does", async () => {
  await tell("1:2", [500, 503]);
  await expect.poll(() => received("1:2").length).toBe(3);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await letters("1-2")).toEqual([]);
});

test("one that is refused over and over becomes a dead letter with the reason", async () => {
  await tell("1:3", [500, 500, 500, 500]);
  await expect
    .poll(() => letters("1-3"))
    .toMatchObject([
      {
        reason: "notification_failed",
        device: "d",
        node: "tell",
        message: expect.stringMatching(/"ops" did not take .*answered 500\. Mend/),
      },
    ]);
  expect(received("1:3")).toHaveLength(3);
});

test("one that is refused for good is not sent again", async () => {
  await tell("1:4", [404]);
  await expect.poll(() => letters("1-4")).toHaveLength(1);
  expect(received("1:4")).toHaveLength(1);
});

test("one for a channel that is gone becomes a dead letter that holds what was to be sent, and no secret", async () => {
  await tell("1:5", [], { channel: "gone", text: "Look" });
  await expect.poll(() => letters("1-5")).toHaveLength(1);
  const [letter] = await letters("1-5");
  expect(letter!.message).toContain("no such channel any more");
  expect(JSON.parse(Buffer.from(letter!.raw!, "base64").toString())).toMatchObject({
    text: "Look",
    channel: "gone",
  });
  expect(logged).toEqual([]);
});
