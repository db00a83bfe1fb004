import type { ErrorRequestHandler, Response } from "express";
import { type ErrorCode, errorCatalogue, MillraceError } from "../../engine/model/errors.ts";
import type { Host } from "../../engine/model/host.ts";

const retryAfterSeconds: Partial<Record<ErrorCode, number>> = { overloaded: 1, unavailable: 5 };

/** Answers what a handler threw with a problem document (RFC 9457). Never shows or logs the path: it holds the token. */
export function answerProblems(host: Host): ErrorRequestHandler {
  return (thrown, _request, response, next) => {
    const error = known(thrown);
    const code = error?.code ?? "internal";
    if (code === "unauthorized") host.count("http", "refused");
    if (code === "overloaded") host.count("http", "throttled");
    if (!error) host.log("error", `A device's HTTP request failed: ${(thrown as Error)?.message}.`);
    if (response.headersSent) return next(thrown);

    const retryAfter = retryAfterSeconds[code];
    if (retryAfter) response.setHeader("Retry-After", retryAfter);
    // The rest of a body that was refused unread must not be taken for the next request.
    if (code === "too_large") response.setHeader("Connection", "close");
    const { status, title } = errorCatalogue[code];
    const detail = error?.message ?? "This is a fault of the server; its log says more.";
    sendProblem(response, { status, title, code, detail });
  };
}

export function sendProblem(
  response: Response,
  problem: { status: number; title: string; code: string; detail: string },
): void {
  const { code, title, status, detail } = problem;
  response
    .status(status)
    .type("application/problem+json")
    .send(JSON.stringify({ type: `/api/docs#${code}`, title, status, detail, code }));
}

function known(thrown: unknown): MillraceError | undefined {
  if (thrown instanceof MillraceError) return thrown;
  if (thrown instanceof URIError)
    return new MillraceError("bad_request", "The path has a % that begins no escape.");
  // Errors of express's body reader carry a type.
  const { type, limit } = thrown as { type?: unknown; limit?: unknown };
  if (type === "entity.too.large")
    return new MillraceError("too_large", `The body has more than ${limit} bytes: split it.`);
  if (type === "encoding.unsupported")
    return new MillraceError("unsupported_media_type", "Compressed bodies are not read here: send it plain.");
  if (type === "request.aborted" || type === "request.size.invalid")
    return new MillraceError("bad_request", "The body is shorter or longer than its Content-Length says.");
  return undefined;
}
