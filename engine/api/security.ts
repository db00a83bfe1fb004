import type { RequestHandler } from "express";
import { MillraceError } from "../model/errors.ts";

/** Styles may stand in the page, as the component library writes them there; scripts come from files only. */
const contentPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const headers = {
  "Content-Security-Policy": contentPolicy,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

const reads = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * What stands between a page of another site and a server without passwords on a loopback address: a Host that is
 * no loopback name is a rebound DNS name, and a change asked for by another origin is a forged one.
 */
export function guard({ host }: { host: string }): RequestHandler {
  const names = new Set(["127.0.0.1", "localhost", "[::1]", host.includes(":") ? `[${host}]` : host]);
  return (request, response, next) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const given = request.headers.host ?? "";
    const name = given.replace(/:\d*$/, "").toLowerCase();
    if (!names.has(name))
      throw new MillraceError(
        "forbidden",
        `"${given.slice(0, 100)}" is not a name of this server; use localhost.`,
      );
    const origin = request.headers.origin;
    if (origin !== undefined && !reads.has(request.method) && !sameHost(origin, given))
      throw new MillraceError(
        "forbidden",
        `A page of "${origin.slice(0, 100)}" may not change anything here.`,
      );
    next();
  };
}

function sameHost(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  return /^https?:$/.test(from.protocol) && from.host === new URL(`${from.protocol}//${host}`).host;
}
