import { setTimeout as sleep } from "node:timers/promises";
import { connectAsync, type MqttClient } from "mqtt";
import { closingReading, readingAt } from "../support/ledger.ts";
import { costly, poisonFlow } from "../support/poison-flow.ts";
import { addDevice, ask, deployFlow } from "../support/product.ts";
import { SteadyPublisher } from "../support/steady-publisher.ts";
import { all, check, faultless, type Verdict } from "./checker.ts";
import { Fleet, type FleetDevice } from "./fleet.ts";
import { Member } from "./member.ts";
import { defineScenario, type Figures } from "./scenario.ts";
import type { World } from "./world.ts";

const telemetry = "v1/devices/me/telemetry";
const poisoners = 3;

/** Why a message of each kind must be set aside. */
const reasons = {
  loops: ["evaluation_timeout"],
  bursts: ["evaluation_timeout", "evaluation_crashed"],
  throws: ["node_failed"],
  damaged: ["invalid_text"],
};
type Poison = keyof typeof reasons;

/** Publishes numbered readings at an even rate, and knows when the command of every second one was there. */
class Watched implements FleetDevice {
  readonly id: string;
  readonly token: string;
  readonly log: FleetDevice["log"] = [];
  readonly publisher: SteadyPublisher;
  /** Publish to command at the device, ms. */
  readonly effectMs: number[] = [];
  /** Longest time between two commands, ms. */
  longestGapMs = 0;
  readonly poison: { kind: Poison; raw: Buffer }[] = [];
  readonly #client: MqttClient;
  readonly #sentAt = new Map<number, number>();
  #lastAt: number | undefined;

  static async start({ http, mqtt }: World, name: string): Promise<Watched> {
    const { id, token } = await addDevice(http, { name });
    const client = await connectAsync(mqtt, { username: token });
    const publisher = new SteadyPublisher({ url: mqtt, token, window: 1000 });
    const device = new Watched(id, token, client, publisher);
    client.on("message", (_topic, payload) => device.#arrived(JSON.parse(`${payload}`).params.n));
    await client.subscribeAsync("v1/devices/me/rpc/request/+", { qos: 1 });
    return device;
  }

  private constructor(id: string, token: string, client: MqttClient, publisher: SteadyPublisher) {
    this.id = id;
    this.token = token;
    this.#client = client;
    this.publisher = publisher;
  }

  /** The next reading; `poison` makes a node throw, and the ledger takes the reading nevertheless. */
  publish(poison?: "throws") {
    const reading = readingAt(this.log.length + 1, 2);
    const { ts, n, mark } = reading;
    this.log.push(reading);
    if (mark === 1) this.#sentAt.set(n, performance.now());
    const payload = JSON.stringify({ ts, values: { n, mark, ...(poison && { poison }) } });
    this.publisher.publish(payload);
    return Buffer.from(payload);
  }

  async send(kind: Poison) {
    let raw: Buffer;
    if (kind === "throws") raw = this.publish("throws");
    else {
      raw = kind === "damaged" ? this.#damaged() : Buffer.from(costly(kind, this.poison.length));
      await this.#client.publishAsync(telemetry, raw, { qos: 1 });
    }
    this.poison.push({ kind, raw });
  }

  async finish() {
    const { ts, n, mark } = closingReading(this.log.length + 1);
    this.log.push({ ts, n, mark });
    this.publisher.publish(JSON.stringify({ ts, values: { n, mark } }));
    await this.publisher.settled();
    this.publisher.end();
    for (const until = Date.now() + 30_000; this.#sentAt.size > 0 && Date.now() < until; ) await sleep(50);
    await this.#client.endAsync();
  }

  #damaged(): Buffer {
    const raw = Buffer.from(JSON.stringify({ ts: 1, values: { n: this.poison.length } }));
    raw[3] = 0xff;
    return raw;
  }

  #arrived(n: number) {
    const now = performance.now();
    const sentAt = this.#sentAt.get(n);
    if (sentAt === undefined) return;
    this.#sentAt.delete(n);
    this.effectMs.push(now - sentAt);
    this.longestGapMs = Math.max(this.longestGapMs, now - (this.#lastAt ?? now));
    this.#lastAt = now;
  }
}

/** Messages that end the thread they are evaluated in, a node that throws, and bytes that are no text. */
export const poison = defineScenario({
  name: "poison",
  title:
    "each poisonous message is one dead letter with its reason, and all other readings are evaluated once and in order",
  short: {
    devices: 10,
    perSecond: 200,
    watched: 8,
    rounds: 1,
    calmMs: 1000,
    everyMs: 1500,
    threads: [0],
    limitMs: Number.POSITIVE_INFINITY,
  },
  long: {
    devices: 20,
    perSecond: 500,
    watched: 16,
    rounds: 5,
    calmMs: 10_000,
    everyMs: 15_000,
    threads: [1, 2],
    limitMs: 100,
  },
  expected: { ...faultless, letters: "one each", regularExpression: "refused", inTime: "yes" },
  async run(world, { threads, limitMs, ...scale }) {
    const figures: Figures = { messages: 0, acknowledged: 0, ...faultless, poisonous: 0 };
    let isInTime = true;
    let letters = "one each";
    await deployFlow(world.http, poisonFlow);
    const regularExpression = (await isRefused(world)) ? "refused" : "taken";
    for (const count of threads) {
      const { verdict, poisonous, isEach, calm, effectMs, longestGapMs } = await withThreads(
        world,
        count,
        (place) => round(place, scale),
      );
      for (const key of Object.keys(verdict) as (keyof Verdict)[])
        figures[key] = (figures[key] as number) + verdict[key];
      figures.poisonous = (figures.poisonous as number) + poisonous;
      if (!isEach) letters = "wrong";
      isInTime &&= percentile(effectMs, 0.95) < limitMs;
      const on = count === 0 ? "" : `On${count}Threads`;
      figures[`effects${on}`] = effectMs.length;
      figures[`calmMs${on}`] = percentiles(calm);
      figures[`effectMs${on}`] = percentiles(effectMs);
      figures[`longestGapMs${on}`] = Math.round(longestGapMs);
    }
    await ask(`${world.http}/api/flows/${poisonFlow.id}/deploy`, "POST", { mode: "off" });
    return { ...figures, letters, regularExpression, inTime: isInTime ? "yes" : "no" };
  },
});

/** One fleet, watched devices and a few that poison. Each round has every kind once, those that end a thread every other time. */
async function round(
  world: World,
  scale: Record<"devices" | "perSecond" | "watched" | "rounds" | "calmMs" | "everyMs", number>,
) {
  const { devices, perSecond, watched, rounds, calmMs, everyMs } = scale;
  const name = `poison-${Date.now()}`;
  const fleet = await Fleet.start(world, { name, devices, perSecond });
  const own: Watched[] = [];
  for (let i = 0; i < watched + poisoners; i++) own.push(await Watched.start(world, `${name}-watched-${i}`));
  const timers = own.map((device, i) => setInterval(() => device.publish(), 240 + i));
  let calm: number[] = [];
  try {
    await sleep(1000 + calmMs);
    calm = own.flatMap(({ effectMs }) => effectMs.splice(0));
    let sent = 0;
    for (let left = rounds; left > 0; left--)
      for (const kind of ["loops", "damaged", "bursts", "throws"] as const) {
        await own[sent++ % poisoners]!.send(kind);
        await sleep(everyMs);
      }
  } finally {
    for (const timer of timers) clearInterval(timer);
  }
  await fleet.finish();
  await Promise.all(own.map((device) => device.finish()));
  const everyone = {
    devices: [...fleet.devices, ...own],
    published: fleet.published + own.reduce((sum, { log }) => sum + log.length, 0),
    acknowledged: fleet.acknowledged + own.reduce((sum, { publisher }) => sum + publisher.acknowledged, 0),
  };
  const verdict = await check(world, everyone);
  const others = own.slice(poisoners);
  return {
    verdict,
    poisonous: own.reduce((sum, device) => sum + device.poison.length, 0),
    isEach: await isOneLetterEach(world, everyone.devices, own),
    calm: calm.sort((a, b) => a - b),
    effectMs: others.flatMap(({ effectMs }) => effectMs).sort((a, b) => a - b),
    longestGapMs: Math.max(...others.map(({ longestGapMs }) => longestGapMs)),
  };
}

/** Whether the server lets nobody deploy an expression that could take for ever to match. */
async function isRefused({ http }: World): Promise<boolean> {
  const flow = {
    ...poisonFlow,
    id: "catastrophic",
    nodes: [
      { id: "in", kind: "input", config: {} },
      {
        id: "matches",
        kind: "enrich",
        config: { calculate: [{ as: "is", expression: "text.matches('(a+)+$')" }] },
      },
    ],
    edges: [{ from: "in", output: "out", to: "matches" }],
  };
  return deployFlow(http, flow).then(
    () => false,
    (error: Error) => /regular expressions are not offered/.test(error.message),
  );
}

async function isOneLetterEach(world: World, devices: readonly FleetDevice[], own: readonly Watched[]) {
  const ours = new Set(devices.map(({ id }) => id));
  const found = await all<{ device: string; raw: string; reason: string }>(world, "/api/dead-letters?");
  const letters = found.filter(({ device }) => ours.has(device));
  const due = own.flatMap(({ id, poison }) => poison.map((one) => ({ id, ...one })));
  return (
    letters.length === due.length &&
    due.every(({ id, kind, raw }) => {
      const same = letters.filter((one) => one.device === id && one.raw === raw.toString("base64"));
      return same.length === 1 && reasons[kind].includes(same[0]!.reason);
    })
  );
}

/** The installation with another process in the place of its only one, with so many threads; 0: as it is. */
async function withThreads<T>(world: World, count: number, work: (world: World) => Promise<T>): Promise<T> {
  if (count === 0) return work(world);
  const { members, link, sqlLink, gate, influx } = world;
  const [first] = members;
  await first!.kill();
  const other = await Member.start(`${count} threads`, {
    MILLRACE_ROLES: "all",
    MILLRACE_THREADS: `${count}`,
    MILLRACE_REDIS_URL: link.url,
    MILLRACE_DATABASE_URL: sqlLink.url,
    MILLRACE_INFLUX_URL: gate.url,
    MILLRACE_INFLUX_VERSION: "1",
    MILLRACE_INFLUX_BUCKET: influx.database,
  });
  try {
    return await work({ ...world, members: [other], http: other.http, mqtt: other.mqtt });
  } finally {
    await other.stop();
    await first!.start();
  }
}

function percentiles(sorted: readonly number[]): string {
  const [p50, p95, p99, longest] = [0.5, 0.95, 0.99, 1].map((part) => percentile(sorted, part));
  return `p50 ${p50} p95 ${p95} p99 ${p99} longest ${longest}`;
}

function percentile(sorted: readonly number[], part: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN);
}
