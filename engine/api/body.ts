import { type Readable, Transform } from "node:stream";
import express, { type Request } from "express";
import { MillraceError } from "../model/errors.ts";
import { jsonPlace } from "../model/json-place.ts";
import type { Route } from "./route.ts";

const megabyte = 1_048_576;
const accepted = {
  "application/json": ["application/json"],
  "application/x-ndjson": ["application/x-ndjson", "application/ndjson", "application/jsonl"],
  "text/csv": ["text/csv"],
};

/** Reads the bytes of a body into `request.body`, up to the route's limit. */
export function readBytes(route: Route) {
  return express.raw({ type: () => true, limit: route.limitBytes ?? megabyte, inflate: false });
}

/** Refuses a body that is not what the route reads. Browsers send other sites' forms without asking, JSON never. */
export function requireContentType(request: Request, route: Route) {
  const has = "transfer-encoding" in request.headers || Number(request.headers["content-length"] ?? 0) > 0;
  const types = typesOf(route);
  if (!has) return;
  const given = request.headers["content-type"];
  const name = mediaType(request);
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(given ?? "")?.[1]?.toLowerCase() ?? "utf-8";
  if (types.some((type) => accepted[type].includes(name)) && (charset === "utf-8" || charset === "utf8"))
    return;
  throw new MillraceError(
    "unsupported_media_type",
    `The body is ${given ? `"${given.slice(0, 100)}"` : "of no stated type"}; send it as Content-Type: ${types.join(" or ")} in UTF-8.`,
  );
}

/** Content types of the bodies that a route takes. */
export function typesOf(route: Route): readonly (keyof typeof accepted)[] {
  return route.receives ?? [route.consumes ?? "application/json"];
}

const mediaType = (request: Request) =>
  (request.headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();

/** The body as it comes; the stream fails with `too_large` beyond the route's limit, and when the sender breaks off. */
export function incoming(request: Request, route: Route): { type: string; bytes: Readable } {
  const limit = route.limitBytes ?? megabyte;
  let count = 0;
  const bytes = new Transform({
    transform(chunk: Buffer, _, done) {
      count += chunk.length;
      if (count <= limit) return done(null, chunk);
      request.unpipe(bytes).resume();
      done(
        new MillraceError("too_large", `The body is larger than ${limit / megabyte} MB; send it in parts.`),
      );
    },
  });
  request.once("close", () => {
    if (!request.complete)
      bytes.destroy(new MillraceError("bad_request", "The upload broke off; send it anew."));
  });
  return { type: mediaType(request), bytes: request.pipe(bytes) };
}

/** The text of a body that readBytes has read. */
export function bodyText(request: Request): string {
  const bytes: unknown = request.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0)
    throw new MillraceError("bad_request", "A body is needed here, and none came.");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new MillraceError("bad_request", "The body is not UTF-8; send it in that encoding.");
  }
}

/** Parses JSON; the error says where it breaks off. */
export function parseJson(text: string, what = "The body"): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new MillraceError("bad_request", `${what} is not valid JSON: ${jsonPlace(text, error as Error)}.`);
  }
  requireStorable(json, what);
  return json;
}

const maxDepth = 64;

/** Refuses what a database or a recursive schema cannot take: NUL, half characters, endless nesting. */
export function requireStorable(json: unknown, what: string, depth = 0) {
  if (typeof json === "string") return requireText(json, what);
  if (typeof json !== "object" || json === null) return;
  if (depth >= maxDepth)
    throw new MillraceError(
      "bad_request",
      `${what} is nested deeper than ${maxDepth} levels; make it flatter.`,
    );
  for (const [key, value] of Object.entries(json)) {
    requireText(key, what);
    requireStorable(value, what, depth + 1);
  }
}

const halfCharacter = /[\ud800-\udfff]/u;

function requireText(text: string, what: string) {
  if (!text.includes("\0") && !halfCharacter.test(text)) return;
  throw new MillraceError("bad_request", `${what} holds U+0000 or half of a surrogate pair; leave it out.`);
}
