import { randomUUID } from "node:crypto";
import { Spool } from "./archive/spool.ts";
import { flowsKey } from "./flow/state.ts";
import type { Series } from "./model/series.ts";
import { Counting } from "./pipeline/counts.ts";
import { planOf } from "./pipeline/evaluate.ts";
import { Lane, type LaneParts } from "./pipeline/lane.ts";
import type { Log } from "./pipeline/parts.ts";
import { Progress } from "./pipeline/progress.ts";
import type { Report } from "./pipeline/report.ts";
import { Sampler } from "./pipeline/sampler.ts";
import { SeenFields } from "./pipeline/seen-fields.ts";
import type { Order, Task } from "./pipeline/slot.ts";
import { ownThread } from "./pipeline/thread-time.ts";
import { Way } from "./pipeline/way.ts";
import { writePoints } from "./pipeline/write-points.ts";
import type { LaneStore } from "./store/backbone/port.ts";
import { joinPglite, type SqlPool } from "./store/pglite.ts";
import { remoteRegistry } from "./store/registry/remote.ts";
import type { LanePlaces } from "./stores.ts";

type Warn = (message: string, error: Error) => void;

interface Opened {
  parts: LaneParts;
  /** Ends the lane's work; its task then ends. */
  closing: Map<number, () => void>;
  close(): Promise<void>;
}

/** Time for points that are still to be written when the thread ends; the rest stays in the outbox. */
const lastWriteMs = 3000;
/** Points wait for others: a write to the series store costs as much as some hundred of them. */
const gatherMs = 50;
let opened: Promise<Opened> | undefined;

/** Runs in a piscina thread: works lanes, from the queue to the commit and the series store. */
export default async function work(task: Task): Promise<void> {
  switch (task.type) {
    case "start":
      opened = open(task);
      await opened;
      return;
    case "work": {
      const { parts, closing } = await opened!;
      const closed = new Promise<void>((resolve) => closing.set(task.lane, resolve));
      try {
        const lane = await Lane.open(parts, task);
        await closed;
        return await lane.close();
      } finally {
        closing.delete(task.lane);
      }
    }
    case "stop":
      return await (await opened!).close();
    default:
      task satisfies never;
  }
}

async function open({ port, progress, stores, maxAheadMs, maxDevices }: Extract<Task, { type: "start" }>) {
  const tell = (report: Report) => port.postMessage(report);
  const log: Log = (...entry) => tell({ type: "log", entry });
  const warn: Warn = (message, error) => log("warn", message, { error: error.message });
  const remote = remoteRegistry(tell);
  const closing: Opened["closing"] = new Map();
  const sampler = new Sampler();
  port.on("message", (order: Order) => {
    if (order.type === "close") closing.get(order.lane)?.();
    else if (order.type === "watch") sampler.watch(order.watches);
    else remote.take(order);
  });

  const { store, series, end } = await openPlaces(stores as LanePlaces, warn);
  const observer = new Counting((counts) => tell({ type: "counts", counts }));
  const points = new Way({
    part: "points",
    gatherMs,
    outbox: store,
    write: (items) => writePoints(series, (effects) => remote.registry.apply(effects), items),
    observer,
    log,
  });
  const { format } = series;
  const { spool } = stores as LanePlaces;
  const counted = (kept: number, lost: number) => observer.archived(kept, lost);
  const name = randomUUID().slice(0, 8);
  const archive = spool === undefined ? undefined : new Spool({ folder: spool, name, counted, log });
  // Names to choose from when one draws a flow: without them all goes on.
  const seen = new SeenFields((profile, values) =>
    remote.registry
      .sawFields(profile, values)
      .catch((error) => log("debug", "seen fields", { error: error.message })),
  );
  const watched = new Progress(progress);
  watched.thread = ownThread();
  await makePlan(store);
  return {
    parts: {
      store,
      points,
      format,
      maxAheadMs,
      maxDevices,
      observer,
      tell,
      log,
      progress: watched,
      sampler,
      archive,
      seen,
    },
    closing,
    async close() {
      await points.close(lastWriteMs);
      await archive?.close();
      observer.flush();
      await store.close();
      await series.close();
      await end();
      port.close();
    },
  };
}

/** A thread that waits to take lanes over has what they run ready. */
async function makePlan(store: LaneStore) {
  const [flows] = await store.read(0, [flowsKey]);
  if (flows) planOf(JSON.parse(flows));
}

/** What is not set is not loaded: each thread would keep tens of megabytes of code for it. */
async function openPlaces({ backbone, series, database }: LanePlaces, warn: Warn) {
  const embedded = database && joinPglite(database);
  return {
    store: await openStore(backbone, embedded, warn),
    ...(await openSeries(series, embedded)),
  };
}

async function openStore(
  place: LanePlaces["backbone"],
  embedded: SqlPool | undefined,
  warn: Warn,
): Promise<LaneStore> {
  if (place.type === "redis") {
    const { openRedisLanes } = await import("./store/backbone/redis-lanes.ts");
    return await openRedisLanes({ ...place, log: warn });
  }
  const { openPostgresLanes } = await import("./store/backbone/postgres-lanes.ts");
  return openPostgresLanes({ pool: embedded!, log: warn });
}

async function openSeries(
  place: LanePlaces["series"],
  embedded: SqlPool | undefined,
): Promise<{ series: Series; end(): Promise<void> }> {
  if (place.type === "influx") {
    const { openInflux } = await import("../connectors/influx/open.ts");
    return { series: openInflux(place.settings), end: async () => {} };
  }
  const { openTableSeries } = await import("./store/series/table.ts");
  if (!place.url) return { series: await openTableSeries(embedded!), end: async () => {} };
  const { longQueryMs, openPostgres } = await import("./store/sql.ts");
  const pool = openPostgres(place.url, { queryTimeoutMs: longQueryMs });
  return { series: await openTableSeries(pool), end: () => pool.end() };
}
