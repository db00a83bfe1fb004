import { connect } from "node:net";
import { type Place, type Server, startServer } from "./server.ts";

export interface RedisOptions extends Place {
  appendfsync?: "always" | "everysec" | "no";
  /** Further options, such as `["--cluster-enabled", "yes"]`. */
  args?: string[];
  env?: Record<string, string>;
}

/** A Redis with an append-only file. */
export function startRedis(options: RedisOptions = {}): Promise<Server> {
  return startServer({
    program: "redis-server",
    package: "redis-server",
    place: options,
    env: options.env,
    args: (port, dir) => [
      ...["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, "--save", ""],
      ...["--appendonly", "yes", "--appendfsync", options.appendfsync ?? "everysec"],
      ...["--maxmemory-policy", "noeviction", ...(options.args ?? [])],
    ],
    url: (port) => `redis://127.0.0.1:${port}`,
    ready: ping,
  });
}

function ping(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"));
    socket.setTimeout(1000, () => socket.destroy(new Error("no answer to PING")));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed before PONG")));
    socket.once("data", (data) => {
      // A Redis that still reads its file answers -LOADING.
      if (`${data}`.startsWith("+PONG")) resolve();
      else reject(new Error(`${data}`));
      socket.destroy();
    });
  });
}
