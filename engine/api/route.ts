import type { Readable } from "node:stream";
import type { Request, Response } from "express";
import type * as z from "zod";
import type { ErrorCode } from "../model/errors.ts";
import type { ApiParts } from "./parts.ts";

export const methods = ["get", "post", "put", "patch", "delete"] as const;
export type Method = (typeof methods)[number];

/** What a handler says should be answered; status 200 where it names none. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, under the route's `produces`. */
  text?: string;
  /** Takes the response over. */
  stream?(request: Request, response: Response): void | Promise<void>;
}

/** The parts of a request, parsed by the route's schemas. */
export interface Asked<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  header(name: string): string | undefined;
  /** The body as it comes, up to the route's limit, where the route receives some type. */
  incoming(): { type: string; bytes: Readable };
}

interface Spec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  method: Method;
  /** As OpenAPI writes it: `/api/devices/{id}`. */
  path: string;
  summary: string;
  group: string;
  params?: P;
  query?: Q;
  /** Request headers that matter, with a sentence each. */
  headers?: Record<string, string>;
  body?: B;
  /** Content type of the body; application/json where left out. */
  consumes?: "application/x-ndjson";
  /** Content types of a body that is not read before, but handed over as it comes. */
  receives?: readonly ("application/x-ndjson" | "text/csv")[];
  /** Largest body in bytes; 1 MB where left out. */
  limitBytes?: number;
  /** The answer when all went well, by status. */
  answers: Record<number, z.ZodType | null>;
  /** Content type of the answer; application/json where left out. */
  produces?: string;
  /** Errors beside those that every route can give. */
  errors?: readonly ErrorCode[];
  handler(asked: Asked<z.output<P>, z.output<Q>, z.output<B>>, parts: ApiParts): Answer | Promise<Answer>;
}

/** One operation of the API as data: served by serve.ts, described by openapi.ts. */
export type Route = Spec<z.ZodType, z.ZodType, z.ZodType>;

/** Checks a route's handler against its schemas and gives it back, forgetting them so that routes fit one list. */
export function defineRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  spec: Spec<P, Q, B>,
): Route {
  return spec as unknown as Route;
}
