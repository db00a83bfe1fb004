import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Entry, UploadEntry } from "../../engine/flow/entry.ts";
import { newCommandSchema } from "../../engine/model/command.ts";
import type { Session, Upload, Watcher } from "../../engine/model/host.ts";
import type { Values } from "../../engine/model/value.ts";
import { decodeEntries } from "../../engine/pipeline/frame.ts";
import { DeviceHost } from "../../engine/pipeline/host.ts";
import { Intake } from "../../engine/pipeline/intake.ts";
import type { Backbone } from "../../engine/store/backbone/port.ts";
import { openPostgresBackbone } from "../../engine/store/backbone/postgres.ts";
import { openPostgresLanes } from "../../engine/store/backbone/postgres-lanes.ts";
import type { SqlPool } from "../../engine/store/pglite.ts";
import { openRegistry } from "../../engine/store/registry/open.ts";
import type { Registry } from "../../engine/store/registry.ts";
import { until } from "../connectors/until.ts";
import { openDatabase } from "../support/database-template.ts";

const lanes = 2;
let pool: SqlPool;
let backbone: Backbone;
let registry: Registry;
let host: DeviceHost;
const taken: Entry[] = [];
const closing: (() => unknown)[] = [];
/** Set: an enqueue waits for it. */
let gate: Promise<void> | undefined;

beforeAll(async () => {
  pool = await openDatabase();
  registry = await openRegistry(pool);
  backbone = await openPostgresBackbone({ pool, lanes, embedded: true, log: () => {} });
  const gated: Backbone = {
    ...backbone,
    async enqueue(lane, batch) {
      await gate;
      await backbone.enqueue(lane, batch);
    },
  };
  for (let lane = 0; lane < lanes; lane++) {
    const worker = openPostgresLanes({ pool, log: () => {} }).work(lane, async ({ frames }) => {
      taken.push(...decodeEntries(frames));
      return true;
    });
    closing.push(() => worker.close());
  }
  const intake = new Intake(gated, () => {});
  host = new DeviceHost({ backbone, registry, intake, count: () => {}, log: () => {} });
});

afterAll(async () => {
  host.close();
  await Promise.all(closing.map((close) => close()));
  await backbone.close();
  await pool.end();
});

let count = 0;
beforeEach(() => void taken.splice(0));

async function connect(profile = "default", shared: Values = {}): Promise<Session & { token: string }> {
  const { token } = await registry.createDevice({ name: `host ${++count}`, profile, attributes: {}, shared });
  const session = await host.authenticate(token);
  return Object.assign(session!, { token });
}

const telemetry = (payload: string | Uint8Array, rest: Partial<Upload> = {}): Upload => ({
  type: "telemetry",
  payload: Buffer.from(payload as string),
  ...rest,
});

async function accepted(session: Session, upload: Upload): Promise<UploadEntry> {
  await host.accept(session, upload);
  await until(() => taken.some((one) => one.type === "upload" && one.device === session.device));
  return taken.splice(0).at(-1) as UploadEntry;
}

async function command({ device }: Session, method: string) {
  const options = { key: `key ${++count}`, now: Date.now() };
  const made = await registry.createCommand(device, newCommandSchema.parse({ method }), options);
  host.tell(made.command);
  return made.command;
}

/** A connection that takes every command, as over MQTT; or none, as one that is about to end. */
function connection(session: Session, options: { sends: boolean } = { sends: true }) {
  const got: string[] = [];
  const changes: Values[] = [];
  let revoked = 0;
  const watcher: Watcher = {
    command({ id, method }) {
      got.push(method);
      if (options.sends) host.commandSent(session, id, "sent");
    },
    attributes: (changed) => void changes.push(changed),
    revoked: () => void revoked++,
  };
  return { got, changes, revoked: () => revoked, end: host.watch(session, watcher) };
}

/** Takes one command and ends, as a poll over HTTP; undefined when none came in `withinMs`. */
function poll(session: Session, withinMs = 10_000): Promise<string | undefined> {
  return new Promise((resolve) => {
    let open = true;
    const answer = (method: string | undefined) => {
      open = false;
      clearTimeout(timer);
      end();
      resolve(method);
    };
    const timer = setTimeout(() => answer(undefined), withinMs);
    const end = host.watch(session, {
      command({ id, method }) {
        if (!open) return;
        host.commandSent(session, id, "sent");
        answer(method);
      },
    });
  });
}

const methods = (session: Session) =>
  registry
    .commands({ device: session.device, limit: 100 })
    .then(({ items }) => items.reverse().map(({ method, state }) => `${method} ${state}`));

test("commands queued while a device was away come first and in order, each once", async () => {
  const session = await connect();
  for (const method of ["a", "b"]) await command(session, method);
  const { got, end } = connection(session);
  await until(() => got.length === 2);
  await command(session, "c");
  await until(() => got.length === 3);
  expect(got).toEqual(["a", "b", "c"]);
  await expect.poll(() => methods(session)).toEqual(["a sent", "b sent", "c sent"]);
  end();
});

test("a command announced while the queue is read comes behind those queued before it", async () => {
  const session = await connect();
  const options = () => ({ key: `key ${++count}`, now: Date.now() });
  const create = (method: string) =>
    registry.createCommand(session.device, newCommandSchema.parse({ method }), options());
  await create("a");
  const { command: second } = await create("b");
  const { got, end } = connection(session);
  host.tell(second);
  await until(() => got.length === 2);
  await command(session, "c");
  await until(() => got.length === 3);
  expect(got).toEqual(["a", "b", "c"]);
  end();
});

test("a device that polls again and again gets every command once", async () => {
  const session = await connect();
  const all = Array.from({ length: 20 }, (_, n) => `m${n}`);
  for (const method of all.slice(0, 10)) await command(session, method);
  const got: (string | undefined)[] = [];
  const later = (async () => {
    for (const method of all.slice(10)) await command(session, method);
  })();
  while (got.length < all.length) got.push(await poll(session));
  await later;
  expect(got.toSorted()).toEqual(all.toSorted());
  expect(await poll(session, 200)).toBeUndefined();
});

test("a poll beside a connection that sends nothing gets every command", async () => {
  const session = await connect();
  const silent = connection(session, { sends: false });
  const all = ["a", "b", "c"];
  for (const method of all) await command(session, method);
  await until(() => silent.got.length === 3);
  expect([await poll(session), await poll(session), await poll(session)]).toEqual(all);
  expect(silent.got).toEqual(all);
  silent.end();
});

test("beside a connection that sends, each command comes, and what was sent is not polled later", async () => {
  const session = await connect();
  const steady = connection(session);
  const polled: (string | undefined)[] = [];
  for (const method of ["a", "b", "c"]) {
    const next = poll(session);
    await command(session, method);
    polled.push(await next);
  }
  await until(() => steady.got.length === 3);
  expect([steady.got, polled]).toEqual([
    ["a", "b", "c"],
    ["a", "b", "c"],
  ]);
  await command(session, "d");
  await until(() => steady.got.length === 4);
  expect(await poll(session, 200)).toBeUndefined();
  steady.end();
});

test("a command announced twice is handed to a connection once", async () => {
  const session = await connect();
  const silent = connection(session, { sends: false });
  const made = await command(session, "a");
  host.tell(made);
  await command(session, "b");
  await until(() => silent.got.includes("b"));
  expect(silent.got).toEqual(["a", "b"]);
  silent.end();
});

test("a command not sent by a connection that ended is handed to the next", async () => {
  const session = await connect();
  const lost = connection(session, { sends: false });
  await command(session, "a");
  await until(() => lost.got.length === 1);
  lost.end();
  expect(await poll(session)).toBe("a");
});

test.each([
  ['{"ok":true}', "succeeded", { ok: true }],
  ['{"error":"jammed"}', "failed", { error: "jammed" }],
  ["7", "succeeded", 7],
])("the answer %s ends a command as %s", async (payload, state, answer) => {
  const session = await connect();
  const { id } = await command(session, "a");
  await poll(session);
  await host.answer(session, id, Buffer.from(payload));
  expect(await registry.command(id)).toMatchObject({ state, answer });
});

test("the answer of another device, or one that is not JSON, changes nothing", async () => {
  const [session, other] = [await connect(), await connect()];
  const { id } = await command(session, "a");
  await host.answer(other, id, Buffer.from("{}"));
  await expect(host.answer(session, id, Buffer.from("nonsense"))).rejects.toThrow(/not JSON/);
  expect(await registry.command(id)).toMatchObject({ state: "queued", answer: null });
});

test("changed shared attributes are announced to the device, and to no other", async () => {
  const [session, other] = [await connect(), await connect()];
  const [mine, others] = [connection(session), connection(other)];
  backbone.publish("attributes", { device: session.device, changed: { limit: 60, old: null } });
  await until(() => mine.changes.length === 1);
  expect([mine.changes, others.changes]).toEqual([[{ limit: 60, old: null }], []]);
  mine.end();
  others.end();
});

test("attributes are read by scope and by name", async () => {
  const session = await connect("default", { limit: 80, text: "x" });
  await registry.mergeAttributes(session.device, "client", { firmware: "1.2" });
  expect(await host.attributes(session, {})).toEqual({
    client: { firmware: "1.2" },
    shared: { limit: 80, text: "x" },
  });
  expect(await host.attributes(session, { client: ["none"], shared: ["limit", "constructor"] })).toEqual({
    client: {},
    shared: { limit: 80 },
  });
});

test("a deleted device's connections are revoked, and its token is unknown", async () => {
  const [session, other] = [await connect(), await connect()];
  const [gone, stays] = [connection(session), connection(other)];
  await registry.deleteDevice(session.device);
  for (const { device } of [session, other]) backbone.publish("devices", { id: device });
  await until(() => gone.revoked() === 1);
  expect(await host.authenticate(session.token)).toBeUndefined();
  expect(stays.revoked()).toBe(0);
});

test("an industrial device waits for the enqueue, a consumer device does not", async () => {
  await registry.putProfile({ name: "gadget", class: "consumer", description: "" });
  const [industrial, consumer] = [await connect(), await connect("gadget")];
  let open = () => {};
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const settled: string[] = [];
  const waiting = host.accept(industrial, telemetry('{"n":1}')).then(() => settled.push("industrial"));
  await host.accept(consumer, telemetry('{"n":2}')).then(() => settled.push("consumer"));
  expect(settled).toEqual(["consumer"]);
  open();
  gate = undefined;
  await waiting;
  expect(settled).toEqual(["consumer", "industrial"]);
});

test("a profile that is announced changes the class of its connected devices, and of no others", async () => {
  await registry.putProfile({ name: "turning", class: "consumer", description: "" });
  const [session, other] = [await connect("turning"), await connect()];
  expect([session.class, other.class]).toEqual(["consumer", "industrial"]);
  await registry.putProfile({ name: "turning", class: "industrial", description: "" });
  await registry.putProfile({ name: "default", class: "consumer", description: "" });
  backbone.publish("devices", { profile: "turning" });
  await until(() => session.class === "industrial");
  expect(other.class).toBe("industrial");
  await registry.putProfile({ name: "default", class: "industrial", description: "" });
});

test("the context goes along with the first upload, and again only when it changed", async () => {
  const session = await connect("default", { limit: 80 });
  const first = await accepted(session, telemetry('{"n":1}'));
  expect(first).toMatchObject({
    device: session.device,
    upload: "telemetry",
    payload: '{"n":1}',
    binary: false,
    context: { id: session.device, profile: "default", attributes: { limit: 80 } },
  });
  expect(await accepted(session, telemetry('{"n":2}'))).not.toHaveProperty("context");
  await registry.mergeAttributes(session.device, "server", { limit: 60 });
  backbone.publish("devices", { id: session.device });
  await expect
    .poll(async () => (await accepted(session, telemetry('{"n":3}'))).context?.attributes)
    .toEqual({ limit: 60 });
  expect(await accepted(session, telemetry('{"n":4}'))).not.toHaveProperty("context");
});

test.each([
  ["without an id nothing is looked up", {}, { id: "", checkId: false }],
  ["an id alone is looked up", { id: "abcdefgh" }, { id: "abcdefgh", checkId: true }],
  [
    "an id that the protocol calls new is only noted",
    { id: "abcdefgh", redelivered: false },
    { id: "abcdefgh", checkId: false },
  ],
  [
    "an id that the protocol calls a repetition is looked up",
    { id: "abcdefgh", redelivered: true },
    { id: "abcdefgh", checkId: true },
  ],
])("%s", async (_, upload, entry) => {
  expect(await accepted(await connect(), telemetry("{}", upload))).toMatchObject(entry);
});

const refused = { code: "invalid_cbor", message: "The CBOR breaks off." };
test.each([
  ["bytes that are not UTF-8", telemetry(Uint8Array.of(0xff, 0x7b, 0x80)), true],
  ["text with a NUL byte", telemetry('{"a":"\0"}'), true],
  ["what the connector could not read", telemetry("text", { problem: refused }), true],
  ["text beyond ASCII", telemetry('{"ort":"Köln 🚦"}'), false],
  ["part of a larger buffer", telemetry(Buffer.from("xx{}xx").subarray(2, 4)), false],
])("%s arrives byte by byte", async (_, upload, binary) => {
  const entry = await accepted(await connect(), upload);
  expect(entry.binary).toBe(binary);
  expect(Buffer.from(entry.payload, binary ? "base64" : "utf8")).toEqual(Buffer.from(upload.payload));
  expect(entry.problem).toEqual(upload.problem);
});

test("what fits no topic becomes a dead letter of its device", async () => {
  const session = await connect();
  await host.reject(session, { code: "unknown_topic", message: "No such topic." }, Buffer.from("\0raw"));
  const { items } = await registry.deadLetters({ device: session.device, limit: 10 });
  expect(items).toMatchObject([
    { reason: "unknown_topic", raw: Buffer.from("\0raw").toString("base64"), message: "No such topic." },
  ]);
});

test("an unknown token opens no session", async () => {
  expect(await host.authenticate("nobody-has-this-one")).toBeUndefined();
});
