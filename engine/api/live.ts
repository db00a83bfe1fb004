import { createSession, type Session } from "better-sse";
import type { Request, Response } from "express";
import { MillraceError } from "../model/errors.ts";
import type { Watch } from "../model/trace.ts";
import type { LiveFeed } from "./parts.ts";
import { Share } from "./share.ts";

/** A client with this much unread misses rates and traces, which the next second replaces. */
const dropBytes = 65_536;
/** A client with this much unread is let go: it connects again and reads the lists anew. */
const letGoBytes = 1_048_576;
const maxClients = 500;
const maxWatchers = 50;
const heartbeatMs = 15_000;
const mayBeMissed = new Set(["rates", "traces"]);

interface Client {
  session: Session;
  response: Response;
  /** It watches a flow, and hears of nothing else. */
  watch: Watch | undefined;
}

/** Spreads the live feed over server-sent event streams. Listens to the feed only while somebody watches. */
export function openLive(feed: LiveFeed) {
  const clients = new Set<Client>();
  let stop: (() => void) | undefined;
  let lastId = 0;
  const share = new Share((events) => send("missed", { events }));

  function tell(event: string, data: unknown) {
    if (share.takes(event)) send(event, data);
  }

  function send(event: string, data: unknown) {
    const text = JSON.stringify(data);
    const id = String(++lastId);
    const flow = event === "traces" ? (data as { flow: string }).flow : undefined;
    for (const client of clients) if (client.watch?.flow === flow) push(client, { event, text, id });
  }

  function push({ session, response }: Client, { event, text, id }: Record<"event" | "text" | "id", string>) {
    const unread = response.writableLength + (response.socket?.writableLength ?? 0);
    if (unread > letGoBytes) return response.destroy();
    if (unread > dropBytes && mayBeMissed.has(event)) return;
    if (session.isConnected) session.push(text, event, id);
  }

  return async (request: Request, response: Response, watch?: Watch) => {
    const watchers = [...clients].filter((client) => client.watch).length;
    if (clients.size >= maxClients || (watch && watchers >= maxWatchers))
      throw new MillraceError("overloaded", `${clients.size} clients watch already; close some of them.`);
    if (request.method === "HEAD") return void response.type("text/event-stream").end();
    // Each event is serialized once for all clients.
    const serializer = (text: unknown) => text as string;
    const session = await createSession(request, response, { keepAlive: heartbeatMs, serializer });
    const client = { session, response, watch };
    const unwatch = watch && feed.watch(watch);
    session.once("disconnected", () => {
      clients.delete(client);
      unwatch?.();
      if (clients.size > 0) return;
      stop?.();
      stop = undefined;
    });
    clients.add(client);
    stop ??= feed.subscribe(tell);
  };
}
