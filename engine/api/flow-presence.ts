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

/** Remembers in this process who has which flow open; whoever says nothing for 12 s is gone. */
export function openPresence(now: () => number = Date.now) {
  const clients = new Map<string, Present>();

  function forgetStale() {
    for (const [client, { seenAt }] of clients) if (now() - seenAt > staleMs) clients.delete(client);
  }

  return {
    /** Says that a client looks at a flow; gives what the others there look at. */
    seen(client: string, flow: string, node: string | null): { node: string | null }[] {
      forgetStale();
      clients.delete(client);
      if (clients.size < maxClients) clients.set(client, { flow, node, seenAt: now() });
      return [...clients]
        .filter(([other, present]) => other !== client && present.flow === flow)
        .map(([, present]) => ({ node: present.node }));
    },
    left(client: string) {
      clients.delete(client);
    },
  };
}

/** Who else has a flow open. */
export function presenceRoutes(presence: ReturnType<typeof openPresence>): Route[] {
  return [
    defineRoute({
      method: "post",
      path: "/api/flows/{id}/presence",
      summary: "Say that you have the flow open, every few seconds; tells who else has",
      group: "Flows",
      params: flowParams,
      body: z.strictObject({
        client: z
          .string()
          .min(8)
          .max(64)
          .meta({ description: "Any text of your own, one for each open page" }),
        node: z.string().max(64).nullable().default(null).meta({ description: "The node you look at" }),
        leaving: z.boolean().default(false),
      }),
      answers: { 200: z.object({ others: z.array(z.object({ node: z.string().nullable() })) }) },
      handler({ params, body }) {
        if (!body.leaving) return { body: { others: presence.seen(body.client, params.id, body.node) } };
        presence.left(body.client);
        return { body: { others: [] } };
      },
    }),
  ];
}
