import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a gate does to a request that writes. */
export type GateMode =
  | { type: "open" }
  /** The answer waits so long; the write is done at once. */
  | { type: "slow"; ms: number }
  /** Refused with 429; nothing is written. */
  | { type: "busy" }
  /** Written, but the answer breaks off in its middle. */
  | { type: "half" };

/** Stands before an InfluxDB, and can be made to treat its writers badly. Queries always pass. */
export async function openSeriesGate(target: string) {
  let mode: GateMode = { type: "open" };
  const treated: Record<GateMode["type"], number> = { open: 0, slow: 0, busy: 0, half: 0 };
  const server = createServer(async (asked, answer) => {
    asked.on("error", () => {});
    answer.on("error", () => {});
    const body: Buffer[] = [];
    try {
      for await (const chunk of asked) body.push(chunk);
    } catch {
      return;
    }
    const now = asked.url!.startsWith("/write") ? mode : ({ type: "open" } as const);
    treated[now.type]++;
    if (now.type === "busy")
      return void answer.writeHead(429, { "retry-after": "1" }).end('{"error":"too many"}');
    pass(target, asked, Buffer.concat(body), answer, now);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set(next: GateMode) {
      mode = next;
    },
    /** How many requests were treated in each way. */
    treated,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function pass(target: string, asked: IncomingMessage, body: Buffer, answer: ServerResponse, mode: GateMode) {
  const { host: _, ...headers } = asked.headers;
  const onward = request(`${target}${asked.url}`, { method: asked.method, headers }, (told) => {
    if (mode.type === "half") {
      told.resume();
      // More is promised than comes.
      answer.writeHead(told.statusCode!, { "content-length": "100" }).write('{"resu');
      return void setTimeout(() => answer.socket?.destroy(), 20);
    }
    const waitMs = mode.type === "slow" ? mode.ms : 0;
    setTimeout(() => {
      answer.writeHead(told.statusCode!, told.headers);
      told.pipe(answer);
    }, waitMs);
  });
  onward.on("error", () => answer.socket?.destroy());
  onward.end(body);
}
