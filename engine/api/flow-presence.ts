import * as z from "zod";
import { flowParams } from "./flows.ts";
import { defineRoute, type Route } from "./route.ts";

const staleMs = 12_000;
const maxClients = 1000;

interface Present {
  flow: string;
  /** The node looked at. */
  node: string | null;
  seenAt: number;
}

/** What a client said: which flow it looks at, `null` when it left. */
interface Said {
  client: string;
  flow: string | null;
  node: string | null;
}

export type Presence = ReturnType<typeof openPresence>;

/**
 * Remembers who has which flow open; whoever says nothing for 12 s is gone. `tell` brings what was said here to `heard`
 * of the other processes that serve the page, and may bring it to this one's too.
 */
export function openPresence({ tell, now = Date.now }: { tell(said: Said): void; now?: () => number }) {
  const clients = new Map<string, Present>();

  function forgetStale() {
    for (const [client, { seenAt }] of clients) if (now() - seenAt > staleMs) clients.delete(client);
  }

  function heard({ client, flow, node }: Said) {
    forgetStale();
    clients.delete(client);
    if (flow !== null && clients.size < maxClients) clients.set(client, { flow, node, seenAt: now() });
  }

  function say(said: Said) {
    heard(said);
    tell(said);
  }

  return {
    heard: (said: unknown) => heard(said as Said),
    /** Says that a client looks at a flow; gives what the others there look at. */
    seen(client: string, flow: string, node: string | null): { node: string | null }[] {
      say({ client, flow, node });
      return [...clients]
        .filter(([other, present]) => other !== client && present.flow === flow)
        .map(([, present]) => ({ node: present.node }));
    },
    left: (client: string) => say({ client, flow: null, node: null }),
  };
}

/** Who else has a flow open. */
export const presenceRoutes: Route[] = [
  defineRoute({
    method: "post",
    path: "/api/flows/{id}/presence",
    summary: "Say that you have the flow open, every few seconds; tells who else has",
    group: "Flows",
    params: flowParams,
    body: z.strictObject({
      client: z.string().min(8).max(64).meta({ description: "Any text of your own, one for each open page" }),
      node: z.string().max(64).nullable().default(null).meta({ description: "The node you look at" }),
      leaving: z.boolean().default(false),
    }),
    answers: { 200: z.object({ others: z.array(z.object({ node: z.string().nullable() })) }) },
    handler({ params, body }, { presence }) {
      if (!body.leaving) return { body: { others: presence.seen(body.client, params.id, body.node) } };
      presence.left(body.client);
      return { body: { others: [] } };
    },
  }),
];
