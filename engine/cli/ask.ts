import { MillraceError } from "../model/errors.ts";

/**
 * Asks the HTTP API of a running server; with a body it is a POST, of JSON unless `type` says otherwise. `option` is how its address is given. Rejects with a
 * MillraceError that says what the server said.
 */
export function asking(option: string) {
  return async <T>(url: string, body?: unknown, type = "application/json"): Promise<T> => {
    const request = body !== undefined && {
      method: "POST",
      headers: { "content-type": type },
      body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body),
    };
    const answer = await fetch(url, request || {}).catch((error: Error) => {
      const reason = (error.cause as Error | undefined)?.message ?? error.message;
      throw new MillraceError(
        "unavailable",
        `${new URL(url).origin} does not answer (${reason}). Start it, or name another with ${option}.`,
      );
    });
    const said = (await answer.json().catch(() => undefined)) as (T & { detail?: string }) | undefined;
    if (answer.ok && said) return said;
    throw new MillraceError(
      "bad_request",
      said?.detail ?? `${new URL(url).origin} answered ${answer.status} and no JSON; is it Millrace?`,
    );
  };
}
