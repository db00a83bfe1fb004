import { once } from "node:events";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { MillraceError } from "../../model/errors.ts";
import type { Registry } from "../registry.ts";
import { type Reply, remoteRegistry } from "./remote.ts";

/** The registry on PostgreSQL at `url`, in a thread of its own. Rejects with MillraceError `unavailable`. */
export async function openRegistryThread(url: string): Promise<Registry> {
  const file = createRequire(import.meta.url).resolve("#dist/engine/store/registry/thread.js");
  const thread = new Worker(file, { workerData: { url } });
  const remote = remoteRegistry((call) => thread.postMessage(call));
  thread.on("message", (reply: Reply) => remote.take(reply));
  thread.on("error", (error) => remote.fail(error));
  thread.on("exit", () => remote.fail(new MillraceError("unavailable", "The registry has been closed.")));
  const { registry } = remote;
  const close = async () => {
    const ended = once(thread, "exit");
    await registry.close();
    await ended;
  };
  try {
    await registry.check();
  } catch (error) {
    await close();
    throw error;
  }
  return new Proxy(registry, { get: (all, name) => (name === "close" ? close : Reflect.get(all, name)) });
}
