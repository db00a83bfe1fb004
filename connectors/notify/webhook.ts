import { createHmac } from "node:crypto";
import { type RequestOptions, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { type ChannelSettings, type Notice, type Sender, Undelivered } from "../../engine/model/channel.ts";
import { MillraceError } from "../../engine/model/errors.ts";
import { type AllowedHosts, hostOf, isListed, requireAllowed, resolveOutside } from "./addresses.ts";

type Settings = Extract<ChannelSettings, { type: "webhook" }>;

const timeoutMs = 10_000;
/** Answers that say to come again; other refusals stand. */
const later = new Set([408, 425, 429]);

/** Webhooks: a POST of JSON, signed with HMAC-SHA256 over `<timestamp>.<body>`. Redirects are not followed. */
export function openWebhook(allowed: AllowedHosts): Sender {
  return {
    allow(settings) {
      const url = new URL((settings as Settings).url);
      requireAllowed(hostOf(url), allowed);
      if (url.protocol === "http:" && !isListed(hostOf(url), allowed.internalHosts))
        throw new MillraceError(
          "forbidden",
          `"${url.origin}" is not encrypted; take an address that begins with https://.`,
        );
    },
    async send(notice, settings, secret) {
      const url = new URL((settings as Settings).url);
      const { address, family } = await resolveOutside(hostOf(url), allowed);
      const body = JSON.stringify(bodyOf(notice));
      const lookup: LookupFunction = (_host, options, done) =>
        options.all ? done(null, [{ address, family }]) : done(null, address, family);
      const status = await post(url, body, {
        method: "POST",
        headers: headersFor(notice, body, secret),
        lookup,
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (status >= 200 && status < 300) return;
      const isRedirect = status >= 300 && status < 400;
      throw new Undelivered(
        `the receiver answered ${status}${isRedirect ? ", and redirects are not followed: give the final address" : ""}`,
        { isFinal: status < 500 && !later.has(status) },
      );
    },
  };
}

/** What a receiver gets; names are fixed. */
export function bodyOf({ id, title, text, origin }: Notice) {
  const { at, values, ...rest } = origin;
  return { id, title, text, at: new Date(at).toISOString(), ...rest, values };
}

export function headersFor({ id }: Notice, body: string, secret: string | undefined): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return {
    "Content-Type": "application/json",
    "Content-Length": String(Buffer.byteLength(body)),
    "User-Agent": "Millrace",
    "Idempotency-Key": id,
    "Millrace-Timestamp": timestamp,
    ...(secret && { "Millrace-Signature": `v1=${sign(secret, timestamp, body)}` }),
  };
}

export const sign = (secret: string, timestamp: string, body: string) =>
  createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");

function post(url: URL, body: string, options: RequestOptions): Promise<number> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const failed = (error: Error) =>
      reject(
        new Undelivered(
          error.name === "AbortError" || error.name === "TimeoutError"
            ? `the receiver did not answer within ${timeoutMs / 1000} s`
            : `the receiver cannot be reached (${error.message})`,
          { isFinal: false },
        ),
      );
    const call = request(url, options, (response) => {
      resolve(response.statusCode ?? 0);
      // The answer's body says nothing that counts, however long it is.
      response.destroy();
    });
    call.on("error", failed);
    call.end(body);
  });
}
