import { afterChange } from "../../engine/after.ts";
import type { Flow } from "../../engine/model/flow.ts";
import type { Session } from "../../engine/model/host.ts";
import type { Values } from "../../engine/model/value.ts";
import { DeviceHost } from "../../engine/pipeline/host.ts";
import { Intake } from "../../engine/pipeline/intake.ts";
import { Ownership } from "../../engine/pipeline/ownership.ts";
import type { Observer, Parts } from "../../engine/pipeline/parts.ts";
import { Replays } from "../../engine/pipeline/replays.ts";
import { addTally, emptyTally } from "../../engine/pipeline/tally.ts";
import { Threads } from "../../engine/pipeline/threads.ts";
import { openRedisBackbone } from "../../engine/store/backbone/redis.ts";
import type { Pglite } from "../../engine/store/pglite.ts";
import type { Registry } from "../../engine/store/registry.ts";
import type { LanePlaces } from "../../engine/stores.ts";

export const laneCount = 2;
let installations = 0;
let devices = 0;

export interface LanesOptions {
  redis: string;
  registry: Registry;
  series: LanePlaces["series"];
  /** Where the table of the points is. */
  database: Pglite;
  /** Memory of a thread, MB. */
  oldMb?: number;
}

/** The pipeline in this process as main.ts puts it together, on a backbone of its own, with no listener. */
export async function openLanes({ redis, registry, series, database, oldMb }: LanesOptions) {
  const prefix = `lanes${++installations}`;
  const log = () => {};
  const backbone = await openRedisBackbone({ url: redis, lanes: laneCount, prefix, log });
  const results: Record<string, number> = {};
  const tally = emptyTally();
  const observer: Observer = {
    evaluated: (share) => addTally(tally, share),
    committed(result, count) {
      results[result] = (results[result] ?? 0) + count;
    },
    stage: () => {},
    delivered: () => {},
    backlog: () => {},
    archived: () => {},
  };
  const threads = new Threads({
    count: 2,
    youngMb: 16,
    maxAheadMs: 86_400_000,
    maxDevices: 20_000,
    spare: true,
    oldMb,
    stores() {
      const port = database.port();
      const places: LanePlaces = { backbone: { type: "redis", url: redis, prefix }, series, database: port };
      return { places, transfer: [port] };
    },
    registry,
    observer,
    log,
  });
  const intake = new Intake(backbone, log);
  const host = new DeviceHost({ backbone, registry, intake, count: () => {}, log });
  const after = afterChange({ backbone, intake, host });
  const parts: Parts = { backbone, registry, intake, threads, observer, log };
  const ownership = new Ownership(parts, "node", after.applied);
  const replays = new Replays({ backbone, registry, intake, log, lanes: () => ownership.lanes });
  const flows = new Map<string, number>();

  return {
    backbone,
    prefix,
    host,
    /** How the commits ended, counted. */
    results,
    /** What all commits so far did, counted. */
    tally,
    start: () => ownership.start(),
    settle: () => ownership.settle(),

    /** Freezes the flow as a version and puts it to work in every lane; gives the version's number. */
    async deploy(flow: Flow): Promise<number> {
      const draft = await registry.draft(flow.id);
      await registry.putDraft(flow, draft?.etag);
      const { version } = await registry.createVersion(flow.id, "test");
      flows.set(flow.id, version);
      await after.deployed(await registry.deploy(flow.id, version, "live"));
      return version;
    },

    async connect(): Promise<Session> {
      const name = `lanes ${++devices}`;
      const { token } = await registry.createDevice({ name, profile: "default", attributes: {}, shared: {} });
      return (await host.authenticate(token))!;
    },

    /** Sends dead letters on their way, in a version of their flow. */
    async replay(ids: readonly string[], version: number) {
      await registry.replayDeadLetters(ids, version);
      await after.replaysAsked();
    },

    /** Resolves when the device may forget the reading. */
    send: (session: Session, ts: number, values: Values) =>
      host.accept(session, { type: "telemetry", payload: Buffer.from(JSON.stringify({ ts, values })) }),

    sendText: (session: Session, text: string) =>
      host.accept(session, { type: "telemetry", payload: Buffer.from(text) }),

    async close() {
      await replays.close();
      await ownership.close();
      for (const [flow, version] of flows) await registry.deploy(flow, version, "off");
      host.close();
      await threads.close();
      await backbone.close();
    },
  };
}

export type Lanes = Awaited<ReturnType<typeof openLanes>>;

/** Sends ten after ten, from `first` on, until the work is done; gives the number of the last one. */
export async function tensWhile(
  work: Promise<unknown>,
  first: number,
  send: (from: number, to: number) => Promise<void>,
): Promise<number> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  let last = first - 1;
  for (; !isDone; last += 10) await send(last + 1, last + 10);
  await done;
  return last;
}
