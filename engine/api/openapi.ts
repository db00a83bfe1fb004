import * as z from "zod";
import { alarmSchema } from "../model/alarm.ts";
import { channelSchema } from "../model/channel.ts";
import { commandSchema, newCommandSchema } from "../model/command.ts";
import { deadLetterSchema } from "../model/dead-letter.ts";
import { deviceSchema, newDeviceSchema } from "../model/device.ts";
import { type ErrorCode, errorCatalogue } from "../model/errors.ts";
import { flowSchema } from "../model/flow.ts";
import { profileSchema } from "../model/profile.ts";
import { valueSchema } from "../model/value.ts";
import { capital } from "../model/wording.ts";
import { typesOf } from "./body.ts";
import { problemDocumentSchema, problemMediaType, problemSchema } from "./problem-document.ts";
import type { Route } from "./route.ts";

const named = {
  Alarm: alarmSchema,
  Command: commandSchema,
  DeadLetter: deadLetterSchema,
  Device: deviceSchema,
  Flow: flowSchema,
  NewCommand: newCommandSchema,
  NewDevice: newDeviceSchema,
  Problem: problemSchema,
  ProblemDocument: problemDocumentSchema,
  Channel: channelSchema,
  Profile: profileSchema,
  Value: valueSchema,
};

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters: { name: string; in: string; required: boolean; description?: string; schema: unknown }[];
  requestBody?: { required: boolean; content: Record<string, { schema: unknown }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: unknown }> }>;
}
export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

/** Describes the routes in OpenAPI 3.1, whose schemas are the JSON Schema that zod writes of the routes' own. */
export function describeRoutes(routes: readonly Route[]): OpenApiDocument {
  const jsonSchema = schemaWriter(routes);
  const paths: OpenApiDocument["paths"] = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    paths[route.path]![route.method] = describe(route, jsonSchema);
  }
  const schemas = Object.fromEntries(
    Object.entries(named).map(([name, schema]) => [name, jsonSchema(schema)]),
  );
  const description = "Errors are problem documents (RFC 9457) with a stable code.";
  return {
    openapi: "3.1.0",
    info: { title: "Millrace", version: "1", description },
    paths,
    components: { schemas },
  };
}

type JsonSchema = (schema: z.ZodType) => unknown;

/** All schemas in one registry, so that those with a name are referred to by it wherever they stand. */
function schemaWriter(routes: readonly Route[]): JsonSchema {
  const registry = z.registry<{ id: string }>();
  const ids = new Map<z.ZodType, string>();
  const add = (schema: z.ZodType | undefined | null, id: string) => {
    if (!schema || ids.has(schema)) return;
    ids.set(schema, id);
    registry.add(schema, { id });
  };
  for (const [id, schema] of Object.entries(named)) add(schema, id);
  for (const [at, { params, query, body, answers }] of routes.entries())
    for (const [part, schema] of Object.entries({ params, query, body, ...answers }))
      add(schema, `${at}.${part}`);
  const { schemas } = z.toJSONSchema(registry, {
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => dropNoise(jsonSchema),
    uri: (id) => `#/components/schemas/${id}`,
  });
  return (schema) => {
    const { $schema, $id, ...rest } = schemas[ids.get(schema)!] as Record<string, unknown>;
    return rest;
  };
}

/** What zod adds for machines of its own kind: the format says it, and every number of JavaScript has these bounds. */
function dropNoise(schema: z.core.JSONSchema.BaseSchema) {
  if (schema.format === "date-time") delete schema.pattern;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

function describe(route: Route, jsonSchema: JsonSchema): Operation {
  const reference = (schema: z.ZodType) => {
    const name = Object.entries(named).find(([, one]) => one === schema)?.[0];
    return name ? { $ref: `#/components/schemas/${name}` } : jsonSchema(schema);
  };
  const operation: Operation = {
    operationId: operationId(route),
    summary: route.summary,
    tags: [route.group],
    parameters: [
      ...parameters(route.params, "path", jsonSchema),
      ...parameters(route.query, "query", jsonSchema),
      ...Object.entries(route.headers ?? {}).map(([name, description]) => ({
        name,
        in: "header",
        required: false,
        description,
        schema: { type: "string" },
      })),
    ],
    responses: {},
  };
  if (route.receives)
    operation.requestBody = {
      required: true,
      content: Object.fromEntries(typesOf(route).map((type) => [type, { schema: { type: "string" } }])),
    };
  if (route.body)
    operation.requestBody = {
      required: true,
      content: { [typesOf(route)[0]!]: { schema: reference(route.body) } },
    };
  for (const [status, schema] of Object.entries(route.answers)) {
    const content = schema && { [route.produces ?? "application/json"]: { schema: reference(schema) } };
    operation.responses[status] = { description: "Done", ...(content && { content }) };
  }
  for (const [status, titles] of failures(route))
    operation.responses[status] = {
      description: titles.join(", or: "),
      content: { [problemMediaType]: { schema: { $ref: "#/components/schemas/ProblemDocument" } } },
    };
  return operation;
}

function parameters(schema: z.ZodType | undefined, place: "path" | "query", jsonSchema: JsonSchema) {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema) as {
    properties?: Record<string, { description?: string }>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(description && { description }),
    schema: property,
  }));
}

/** By status: what a route can answer when it cannot do what was asked. */
function failures({ errors = [], params, query, body, receives }: Route): Map<number, string[]> {
  const codes = new Set<ErrorCode>(["forbidden", ...errors, "internal", "unavailable"]);
  if (params || query || body) codes.add("bad_request");
  if (body || receives)
    for (const code of ["invalid_body", "too_large", "unsupported_media_type"] as const) codes.add(code);
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const { status, title } = errorCatalogue[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), title]);
  }
  return byStatus;
}

/** `get /api/devices/{id}/latest` becomes `getDevicesByIdLatest`. */
function operationId({ method, path }: Route): string {
  const words = path
    .replace(/^\/(api\/)?/, "")
    .replaceAll(/\{(\w+)\}/g, "by-$1")
    .split(/[/.-]/);
  return method + words.map(capital).join("");
}
