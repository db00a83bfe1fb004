import express, { type Request } from "express";
import { MillraceError } from "../model/errors.ts";
import { jsonPlace } from "../model/json-place.ts";
import type { Route } from "./route.ts";

const megabyte = 1_048_576;
const accepted = {
  "application/json": ["application/json"],
  "application/x-ndjson": ["application/x-ndjson", "application/ndjson", "application/jsonl"],
};

/** Reads the bytes of a body into `request.body`, up to the route's limit. */
export function readBytes(route: Route) {
  return express.raw({ type: () => true, limit: route.limitBytes ?? megabyte, inflate: false });
}

/** Refuses a body that is not what the route reads. Browsers send other sites' forms without asking, JSON never. */
export function requireContentType(request: Request, route: Route) {
  const has = "transfer-encoding" in request.headers || Number(request.headers["content-length"] ?? 0) > 0;
  const type = route.consumes ?? "application/json";
  if (!has) return;
  const given = request.headers["content-type"];
  const name = given?.split(";")[0]?.trim().toLowerCase();
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(given ?? "")?.[1]?.toLowerCase() ?? "utf-8";
  if (name && accepted[type].includes(name) && (charset === "utf-8" || charset === "utf8")) return;
  throw new MillraceError(
    "unsupported_media_type",
    `The body is ${given ? `"${given.slice(0, 100)}"` : "of no stated type"}; send it as Content-Type: ${type} in UTF-8.`,
  );
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
