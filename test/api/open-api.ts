import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import { createApi } from "../../engine/api/api.ts";
import { openPresence } from "../../engine/api/flow-presence.ts";
import type { ApiParts } from "../../engine/api/parts.ts";
import { problemDocumentSchema } from "../../engine/api/problem-document.ts";
import type { Route } from "../../engine/api/route.ts";
import { resourceRoutes } from "../../engine/api/routes.ts";
import { testCases } from "../../engine/flow/cases.ts";
import { tryFlow } from "../../engine/flow/try.ts";
import { MillraceError } from "../../engine/model/errors.ts";
import type { Watch } from "../../engine/model/trace.ts";
import { nodeKinds } from "../../engine/nodes/kinds.ts";
import { openRegistry } from "../../engine/store/registry/open.ts";
import { openTableSeries } from "../../engine/store/series/table.ts";
import { openDatabase } from "../support/database-template.ts";

/** What an answer holds; `body` is parsed JSON, or the text. */
export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads of an answer is checked by its schema below
  body: any;
}
export interface Sent {
  /** Sent as JSON; a text or bytes as they are. */
  body?: unknown;
  headers?: OutgoingHttpHeaders;
}

/** Every method rejects, as when the database is away. */
export function awayPart<T extends object>(): T {
  const away = () => Promise.reject(new MillraceError("unavailable", "The part is away; start it."));
  return new Proxy({} as T, { get: () => away });
}

/** Serves the API on a free port. `told` keeps what it told the pipeline, `emit` is the live feed. */
export async function openApi(parts: Partial<ApiParts> = {}) {
  const told: [what: string, ...details: unknown[]][] = [];
  const logged: unknown[][] = [];
  const watches: Watch[] = [];
  const listeners = new Set<(event: string, data: unknown) => void>();
  const tell =
    (what: string) =>
    async (...details: unknown[]) =>
      void told.push([what, ...details]);
  const app = createApi({
    registry: awayPart(),
    repository: {
      recorded: async () => {},
      report: async () => ({ branch: "main", head: null, pending: 0, problems: [] }),
    },
    series: awayPart(),
    kinds: nodeKinds,
    host: "127.0.0.1",
    version: "1.2.3",
    endpoints: { mqtt: "mqtt://127.0.0.1:1883", coap: null },
    live: {
      subscribe(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      watch(watch) {
        watches.push(watch);
        return () => void watches.splice(watches.indexOf(watch), 1);
      },
    },
    presence: openPresence({ tell() {} }),
    after: {
      deviceChanged: tell("deviceChanged"),
      deviceDeleted: tell("deviceDeleted"),
      profileChanged: tell("profileChanged"),
      attributesChanged: tell("attributesChanged"),
      commandCreated: tell("commandCreated"),
      commandDecided: tell("commandDecided"),
      alarmAcknowledged: tell("alarmAcknowledged"),
      alarmCleared: tell("alarmCleared"),
      deployed: tell("deployed"),
      replaysAsked: tell("replaysAsked"),
    },
    tryFlow,
    testFlow: async (flow, cases, around) => testCases(flow, cases, around),
    backtests: awayPart(),
    messageFiles: awayPart(),
    maxAheadMs: 3_600_000,
    allowChannel: () => {},
    tryChannel: async () => undefined,
    ready: async () => ({ ready: true, parts: {} }),
    metrics: async () => "",
    log: (...line) => void logged.push(line),
    ...parts,
  });
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  async function ask(method: string, path: string, sent: Sent = {}): Promise<Reply> {
    const reply = await exchange(port, method, path, sent);
    checkAgainstSchemas(method, path, reply);
    return reply;
  }

  return {
    app,
    port,
    told,
    logged,
    ask,
    emit: (event: string, data: unknown) => listeners.forEach((listener) => void listener(event, data)),
    listening: () => listeners.size,
    watches,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export type Api = Awaited<ReturnType<typeof openApi>>;

/** The API over a database of its own in memory. */
export async function openApiOnDatabase(parts: Partial<ApiParts> = {}) {
  const pool = await openDatabase();
  const [registry, series] = [await openRegistry(pool), await openTableSeries(pool)];
  const api = await openApi({ registry, series, ...parts });
  return {
    ...api,
    registry,
    series,
    async close() {
      await api.close();
      await pool.end();
    },
  };
}

export type ApiOnDatabase = Awaited<ReturnType<typeof openApiOnDatabase>>;

async function exchange(port: number, method: string, path: string, { body, headers }: Sent): Promise<Reply> {
  const raw = typeof body === "string" || Buffer.isBuffer(body) || body === undefined;
  const bytes = raw ? body : JSON.stringify(body);
  const type = body === undefined ? {} : { "Content-Type": "application/json" };
  const length = bytes === undefined ? {} : { "Content-Length": Buffer.byteLength(bytes) };
  const all = { ...type, ...length, ...headers };
  const call = request({ host: "127.0.0.1", port, method, path, headers: all, agent: false });
  call.end(bytes);
  const [response] = await once(call, "response");
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  const json = /[/+]json/.test(response.headers["content-type"] ?? "") && text !== "";
  return { status: response.statusCode, headers: response.headers, body: json ? JSON.parse(text) : text };
}

/** Every answer of every test keeps the route's own promise, or is a problem document. */
function checkAgainstSchemas(method: string, path: string, { status, headers, body }: Reply) {
  if (status >= 400 && headers["content-type"]?.startsWith("application/problem+json")) {
    problemDocumentSchema.parse(body);
    return;
  }
  const route = resourceRoutes.find((one) => one.method === method.toLowerCase() && fits(one, path));
  if (!route || status === 304) return;
  const schema = route.answers[status];
  if (schema === undefined)
    throw new Error(`${method} ${path} answered ${status}, which it does not declare`);
  if (schema) schema.parse(body);
}

function fits({ path }: Route, asked: string): boolean {
  const pattern = path.replaceAll(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${pattern}$`).test(asked.split("?")[0]!);
}
