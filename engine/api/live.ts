import { createSession, type Session } from "better-sse";
import type { Request, Response } from "express";
import { MillraceError } from "../model/errors.ts";
import type { LiveFeed } from "./parts.ts";

/** A client with this much unread misses rates, which the next second replaces. */
const dropRatesBytes = 65_536;
/** A client with this much unread is let go: it connects again and reads the lists anew. */
const letGoBytes = 1_048_576;
const maxClients = 500;
const heartbeatMs = 15_000;

interface Client {
  session: Session;
  response: Response;
}

/** Spreads the live feed over server-sent event streams. Listens to the feed only while somebody watches. */
export function openLive(feed: LiveFeed) {
  const clients = new Set<Client>();
  let stop: (() => void) | undefined;
  let lastId = 0;

  function tell(event: string, data: unknown) {
    const text = JSON.stringify(data);
    const id = String(++lastId);
    for (const client of clients) push(client, { event, text, id });
  }

  function push({ session, response }: Client, { event, text, id }: Record<"event" | "text" | "id", string>) {
    const unread = response.writableLength + (response.socket?.writableLength ?? 0);
    if (unread > letGoBytes) return response.destroy();
    if (unread > dropRatesBytes && event === "rates") return;
    if (session.isConnected) session.push(text, event, id);
  }

  return async (request: Request, response: Response) => {
    if (clients.size >= maxClients)
      throw new MillraceError("overloaded", `${maxClients} clients watch already; close some of them.`);
    if (request.method === "HEAD") return void response.type("text/event-stream").end();
    // Each event is serialized once for all clients.
    const serializer = (text: unknown) => text as string;
    const session = await createSession(request, response, { keepAlive: heartbeatMs, serializer });
    const client = { session, response };
    session.once("disconnected", () => {
      clients.delete(client);
      if (clients.size > 0) return;
      stop?.();
      stop = undefined;
    });
    clients.add(client);
    stop ??= feed.subscribe(tell);
  };
}
