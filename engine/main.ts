import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import express from "express";
import { openCoap } from "../connectors/coap/open.ts";
import { httpDevices } from "../connectors/http/devices.ts";
import { openMqtt } from "../connectors/mqtt/open.ts";
import { openSenders } from "../connectors/notify/open.ts";
import { afterChange } from "./after.ts";
import { createApi, createHealth } from "./api/api.ts";
import { openPresence, type Presence } from "./api/flow-presence.ts";
import { createMetrics } from "./api/metrics.ts";
import { openBacktests } from "./backtests.ts";
import { tryFlow } from "./flow/try.ts";
import { openMessageFiles } from "./message-files.ts";
import { MillraceError } from "./model/errors.ts";
import { nodeKinds } from "./nodes/kinds.ts";
import { archiveCounts, counterOf, observerOf } from "./observe.ts";
import { archivePlace, openArchive } from "./open-archive.ts";
import { DeviceHost } from "./pipeline/host.ts";
import { Intake } from "./pipeline/intake.ts";
import { Live } from "./pipeline/live.ts";
import { Notifier, sendTest } from "./pipeline/notifier.ts";
import { Ownership } from "./pipeline/ownership.ts";
import type { Log, Parts } from "./pipeline/parts.ts";
import { Replays } from "./pipeline/replays.ts";
import { Telling } from "./pipeline/telling.ts";
import { Threads } from "./pipeline/threads.ts";
import { noRepository, openRepository } from "./repository.ts";
import type { Settings } from "./settings.ts";
import type { Backbone } from "./store/backbone/port.ts";
import { openStores } from "./stores.ts";
import { testFlow } from "./test-flow.ts";
import { version } from "./version.ts";

export interface Running {
  http: string | undefined;
  mqtt: string | undefined;
  coap: string | undefined;
  stores: Awaited<ReturnType<typeof openStores>>;
  after: ReturnType<typeof afterChange>;
  /** Lets go of the devices, brings out what is at hand, and closes everything. */
  close(): Promise<void>;
}

/** One process for everything shall stay small; those that share the work shall be fast. */
const youngMb = { alone: 12, shared: 96 };
/** Devices whose state a process holds in memory that works all lanes, a kB or more each. */
const mostDevices = 320_000;
const reconcileMs = 5000;
const expireMs = 1000;

/** Starts the parts that the settings ask for; resolves when every listener is up and the lanes are owned. */
export async function start(
  settings: Settings,
  log: Log,
  options: { editorDir?: string } = {},
): Promise<Running> {
  const node = randomUUID().slice(0, 8);
  const closing: (() => unknown)[] = [];
  const close = async () => {
    for (const step of closing.reverse())
      await Promise.resolve(step()).catch((error: Error) =>
        log("warn", "while closing", { error: error.message }),
      );
    closing.length = 0;
  };
  try {
    const stores = await openStores(settings, log);
    closing.push(() => stores.close());
    const { backbone, registry, series } = stores;
    const metrics = createMetrics({ version });
    const live = new Live(backbone, node);
    closing.push(() => live.close());
    const observer = observerOf(metrics, live);
    const archive = openArchive(settings, node, { log, ...archiveCounts(metrics) });
    closing.push(() => archive?.close());
    const threads = new Threads({
      count: settings.MILLRACE_THREADS,
      youngMb: backbone.shared ? youngMb.shared : youngMb.alone,
      spare: backbone.shared,
      maxAheadMs: settings.MILLRACE_MAX_AHEAD_MS,
      maxDevices: Math.ceil(mostDevices / backbone.lanes),
      stores: () => {
        const { places, transfer } = stores.places();
        return { places: { ...places, spool: archive?.spool }, transfer };
      },
      registry,
      observer,
      log,
    });
    closing.push(() => threads.close());
    live.onWatch = (watches) => threads.watch(watches);
    const intake = new Intake(backbone, (message, error) => log("warn", message, { error: error.message }));
    const counted = {
      command: (state: string) => metrics.commands.inc({ state }),
      event: (type: string) => metrics.happened.inc({ type }),
    };
    const host = new DeviceHost({ backbone, registry, intake, count: counterOf(metrics), counted, log });
    closing.push(() => host.close());
    const roles = new Set(settings.MILLRACE_ROLES);
    const sender = openSenders({
      hosts: settings.MILLRACE_NOTIFY_HOSTS,
      internalHosts: settings.MILLRACE_NOTIFY_INTERNAL_HOSTS,
    });
    const notifier = roles.has("worker")
      ? new Notifier({ registry, sender, log, ended: () => backbone.publish("happened", {}) })
      : undefined;
    closing.push(() => notifier?.close());
    const after = afterChange({ backbone, intake, host, notifier });
    const parts: Parts = { backbone, registry, intake, threads, observer, log };

    const ownership = roles.has("worker") ? new Ownership(parts, node, after.applied) : undefined;
    if (ownership) {
      await ownership.start();
      closing.push(() => ownership.close());
      // Such as the ends of the connections that are closed here.
      closing.push(() => ownership.settle());
      await ownership.reconcile();
      // Any one will do; every installation has a lane 0.
      const isMine = () => ownership.lanes.includes(0);
      const telling = new Telling({ backbone, registry, intake, isMine, counted: counted.event, log });
      closing.push(() => telling.close());
      const replays = new Replays({ backbone, registry, intake, log, lanes: () => ownership.lanes });
      closing.push(() => replays.close());
      const timers = [
        setInterval(
          () => ownership.reconcile().catch((error) => log("warn", "deployment", { error: error.message })),
          reconcileMs,
        ),
        setInterval(() => expire(parts, host), expireMs),
        setInterval(() => {
          metrics.lanesOwned.set(ownership.lanes.length);
          ownership.depth().then(
            (depth) => metrics.queueDepth.set(depth),
            () => {},
          );
        }, expireMs),
      ];
      closing.push(() => timers.forEach(clearInterval));
    }
    closing.push(() => Promise.race([intake.drain(), new Promise((resolve) => setTimeout(resolve, 5000))]));

    const backtests = openBacktests({
      place: archivePlace(settings),
      on: settings.MILLRACE_ARCHIVE === "on",
    });
    closing.push(() => backtests.close());
    const messageFiles = openMessageFiles();
    closing.push(() => messageFiles.close());
    const address = settings.MILLRACE_HOST;
    const running: Running = { http: undefined, mqtt: undefined, coap: undefined, stores, after, close };
    let listening = false;
    if (roles.has("connector")) {
      const mqtt = await listen("MILLRACE_MQTT_PORT", settings, (port) => openMqtt({ host, address, port }));
      closing.push(() => mqtt.close());
      const coap = await listen("MILLRACE_COAP_PORT", settings, (port) => openCoap({ host, address, port }));
      closing.push(() => coap.close());
      running.mqtt = `mqtt://${hostPart(address)}:${mqtt.port}`;
      running.coap = `coap://${hostPart(address)}:${coap.port}`;
    }
    const repository = roles.has("api")
      ? await openRepository(settings, { registry, deployed: after.deployed, log })
      : noRepository;
    closing.push(() => repository.close());
    const app = express().disable("x-powered-by");
    if (roles.has("connector")) app.use("/api/v1", httpDevices(host));
    const serveApi = roles.has("api") ? createApi : createHealth;
    app.use(
      serveApi({
        registry,
        repository,
        series,
        kinds: nodeKinds,
        host: address,
        version,
        endpoints: { mqtt: running.mqtt ?? null, coap: running.coap ?? null },
        live,
        presence: sharedPresence(backbone),
        after,
        tryFlow,
        testFlow,
        backtests,
        messageFiles,
        maxAheadMs: settings.MILLRACE_MAX_AHEAD_MS,
        allowChannel: sender.allow,
        tryChannel: (channel, secret) => sendTest(sender, channel, secret),
        ready: () => readiness({ backbone, registry, series }, ownership, listening),
        metrics: metrics.text,
        log,
        editorDir: options.editorDir,
      }),
    );
    const http = await listen("MILLRACE_HTTP_PORT", settings, (port) => serve(app, address, port));
    closing.push(() => http.close());
    running.http = `http://${hostPart(address)}:${http.port}`;
    listening = true;
    return running;
  } catch (error) {
    await close();
    throw error;
  }
}

function sharedPresence(backbone: Pick<Backbone, "publish" | "subscribe">): Presence {
  const presence = openPresence({ tell: (said) => backbone.publish("presence", said) });
  backbone.subscribe("presence", presence.heard);
  return presence;
}

async function readiness(
  parts: Record<"backbone" | "registry" | "series", { check(): Promise<void> }>,
  ownership: Ownership | undefined,
  listening: boolean,
) {
  const said: Record<string, string> = {};
  for (const name of ["backbone", "registry", "series"] as const)
    said[name] = await parts[name].check().then(
      () => "ok",
      (error) => error.message as string,
    );
  said.listeners = listening ? "ok" : "starting";
  if (ownership) said.lanes = ownership.ready ? "ok" : "being taken over";
  return { ready: Object.values(said).every((state) => state === "ok"), parts: said };
}

async function expire({ registry, log }: Parts, host: DeviceHost) {
  try {
    for (const command of await registry.expireCommands(Date.now())) host.tell(command);
  } catch (error) {
    log("warn", "commands could not be looked through for timeouts", { error: (error as Error).message });
  }
}

async function listen<T>(
  setting: "MILLRACE_HTTP_PORT" | "MILLRACE_MQTT_PORT" | "MILLRACE_COAP_PORT",
  settings: Settings,
  open: (port: number) => Promise<T>,
): Promise<T> {
  try {
    return await open(settings[setting]);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const port = settings[setting];
    if (code === "EADDRINUSE")
      throw new MillraceError(
        "port_taken",
        `Port ${port} of ${settings.MILLRACE_HOST} is taken by another program. Stop that one, or set ${setting} to a free port (0 finds one).`,
      );
    throw new MillraceError(
      "port_taken",
      `Port ${port} cannot be opened (${message}). Set ${setting} to another.`,
    );
  }
}

async function serve(app: express.Express, address: string, port: number) {
  const server = createServer({ requestTimeout: 120_000, headersTimeout: 20_000 }, app);
  server.listen(port, address);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function hostPart(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

/** Where the built page is, seen from the built engine. */
export const builtEditorDir = join(import.meta.dirname, "..", "editor");
