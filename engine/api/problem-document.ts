import { randomUUID } from "node:crypto";
import type { ErrorRequestHandler } from "express";
import * as z from "zod";
import { type ErrorCode, errorCatalogue, MillraceError } from "../model/errors.ts";
import type { ApiParts } from "./parts.ts";

export const problemMediaType = "application/problem+json";

export const problemSchema = z.object({
  code: z.string(),
  message: z.string(),
  level: z.literal("warning").optional().meta({ description: "Left out: an error" }),
  node: z.string().optional(),
  edge: z.string().optional(),
  condition: z.string().optional().meta({ description: "Name of the flow's condition that it lies in" }),
  path: z.string().optional(),
});

/** RFC 9457. `code` is stable; `problems` names each fault of a body or flow. */
export const problemDocumentSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().meta({ description: "What went wrong, where, and how to mend it" }),
  code: z.string(),
  problems: z.array(problemSchema).optional(),
  instance: z.string().optional().meta({ description: "Where the log says more" }),
});

const retryAfterSeconds: Partial<Record<ErrorCode, number>> = { overloaded: 1, unavailable: 5 };

/** Turns whatever a handler threw into a problem document; what is not meant to be seen goes to the log only. */
export function answerProblems({ log }: Pick<ApiParts, "log">): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    const error = known(thrown);
    const code = error?.code ?? "internal";
    const { status, title } = errorCatalogue[code];
    const instance = error && status !== 500 ? undefined : `urn:uuid:${randomUUID()}`;
    if (instance)
      log("error", "a request failed", { instance, method: request.method, path: request.path, err: thrown });
    if (response.headersSent) return next(thrown);

    const retryAfter = retryAfterSeconds[code];
    if (retryAfter) response.setHeader("Retry-After", String(retryAfter));
    // The rest of a body that was refused unread must not be taken for the next request.
    if (status === 413) response.setHeader("Connection", "close");
    response
      .status(status)
      .type(problemMediaType)
      .send(
        JSON.stringify({
          ...error?.details,
          type: `/api/docs#${code}`,
          title,
          status,
          detail: error?.message ?? "This is a fault of the server; its log says more under the instance.",
          code,
          instance,
        }),
      );
  };
}

function known(thrown: unknown): MillraceError | undefined {
  if (thrown instanceof MillraceError) return thrown;
  if (thrown instanceof URIError)
    return new MillraceError("bad_request", `The path is not valid: ${thrown.message}.`);
  return fromBodyReader(thrown as { type?: unknown; limit?: unknown });
}

/** Errors of express's body reader carry a `type`. */
function fromBodyReader(error: { type?: unknown; limit?: unknown } | null): MillraceError | undefined {
  switch (error?.type) {
    case "entity.too.large":
      return new MillraceError(
        "too_large",
        `The body has more than ${error.limit} bytes; send less at once.`,
      );
    case "encoding.unsupported":
      return new MillraceError(
        "unsupported_media_type",
        "Compressed bodies are not read here; send it plain.",
      );
    case "request.aborted":
    case "request.size.invalid":
      return new MillraceError("bad_request", "The body is shorter or longer than its Content-Length says.");
    default:
      return undefined;
  }
}
