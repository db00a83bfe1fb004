import { type ErrorCode, MillraceError } from "../../model/errors.ts";
import type { Registry } from "../registry.ts";

/** A call of the registry that lives in another thread. */
export interface Call {
  type: "call";
  id: number;
  method: keyof Registry;
  args: unknown[];
}
export type Reply =
  | { type: "result"; id: number; value: unknown }
  | { type: "failure"; id: number; message: string; code?: ErrorCode; details?: Record<string, unknown> };

/** Does in the registry's own thread what was called. */
export async function answerCall(opening: Promise<Registry>, { id, method, args }: Call): Promise<Reply> {
  try {
    const registry = await opening;
    const value = await (registry[method] as (...args: unknown[]) => Promise<unknown>)(...args);
    return { type: "result", id, value };
  } catch (error) {
    const { message } = error as Error;
    if (!(error instanceof MillraceError)) return { type: "failure", id, message };
    return { type: "failure", id, message, code: error.code, details: error.details };
  }
}

/**
 * The registry as other threads see it: one message there and one back, where a transaction of many statements would
 * wait for a busy event loop at each. `send` brings a call over; `take` gets the replies; `fail` ends what is open.
 */
export function remoteRegistry(send: (call: Call) => void) {
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  let down: Error | undefined;
  const call = (method: keyof Registry, args: unknown[]) => {
    if (down) return Promise.reject(down);
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject });
      send({ type: "call", id, method, args });
    });
  };
  const registry = new Proxy({} as Registry, {
    // A promise has `then`; the registry is none.
    get: (_, name) =>
      name === "then" ? undefined : (...args: unknown[]) => call(name as keyof Registry, args),
  });
  return {
    registry,
    take(reply: Reply) {
      const waiting = pending.get(reply.id);
      pending.delete(reply.id);
      if (reply.type === "result") waiting?.resolve(reply.value);
      else if (reply.code) waiting?.reject(new MillraceError(reply.code, reply.message, reply.details));
      else waiting?.reject(new Error(reply.message));
    },
    fail(error: Error) {
      down = error;
      for (const { reject } of pending.values()) reject(error);
      pending.clear();
    },
  };
}
