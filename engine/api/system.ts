import * as z from "zod";
import type { Watch } from "../model/trace.ts";
import { docsPage } from "./docs.ts";
import type { OpenApiDocument } from "./openapi.ts";
import { type Answer, defineRoute } from "./route.ts";

const group = "System";
const readiness = z.object({
  ready: z.boolean(),
  parts: z.record(z.string(), z.string()).meta({ description: "Each part: ok, or what is wrong" }),
});
const endpoint = z.string().nullable();
const infoSchema = z.object({
  version: z.string(),
  mqtt: endpoint.meta({ description: "Where devices connect; null where this process has no such listener" }),
  coap: endpoint,
});

/** What every process tells of itself, whatever its roles. */
export const healthRoutes = [
  defineRoute({
    method: "get",
    path: "/healthz",
    summary: "Tell that the process is alive",
    group,
    answers: { 200: z.object({ status: z.literal("ok") }) },
    handler: () => ({ body: { status: "ok" } }),
  }),
  defineRoute({
    method: "get",
    path: "/readyz",
    summary: "Tell whether messages are taken and processed",
    group,
    answers: { 200: readiness, 503: readiness },
    async handler(_, { ready }) {
      const state = await ready();
      return { status: state.ready ? 200 : 503, body: state };
    },
  }),
  defineRoute({
    method: "get",
    path: "/metrics",
    summary: "Counters for Prometheus",
    group,
    produces: "text/plain; version=0.0.4",
    answers: { 200: z.string() },
    handler: async (_, { metrics }) => ({ text: await metrics() }),
  }),
];

type Stream = (...args: [...Parameters<NonNullable<Answer["stream"]>>, Watch?]) => void | Promise<void>;

/** The routes about the server itself. `document` is asked late, as it describes these too. */
export function systemRoutes(own: { document(): OpenApiDocument; live: Stream }) {
  return [
    defineRoute({
      method: "get",
      path: "/api/info",
      summary: "Tell the version, and where devices connect",
      group,
      answers: { 200: infoSchema },
      handler: (_, { version, endpoints }) => ({ body: { version, ...endpoints } }),
    }),
    defineRoute({
      method: "get",
      path: "/api/live",
      summary:
        "Watch rates, alarms, commands and deployments as server-sent events; or, of one flow, sampled traces of its messages",
      group,
      query: z.strictObject({
        trace: z.string().min(1).max(64).optional().meta({ description: "Id of the flow to watch" }),
        device: z
          .string()
          .min(1)
          .max(128)
          .optional()
          .meta({ description: "Only the messages of this device" }),
      }),
      produces: "text/event-stream",
      answers: { 200: z.string() },
      errors: ["overloaded"],
      handler: ({ query: { trace, device } }) => ({
        stream: (request, response) =>
          own.live(request, response, trace === undefined ? undefined : { flow: trace, device }),
      }),
    }),
    defineRoute({
      method: "get",
      path: "/api/openapi.json",
      summary: "This description",
      group,
      answers: { 200: z.looseObject({ openapi: z.string() }) },
      handler: () => ({ body: own.document() }),
    }),
    defineRoute({
      method: "get",
      path: "/api/docs",
      summary: "This description as a page",
      group,
      produces: "text/html",
      answers: { 200: z.string() },
      handler: () => ({ text: docsPage(own.document()) }),
    }),
  ];
}
