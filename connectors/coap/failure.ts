import { type ErrorCode, MillraceError } from "../../engine/model/errors.ts";
import type { Host } from "../../engine/model/host.ts";
import type { Reply } from "./endpoint.ts";
import { codes, numbers, uintOption } from "./options.ts";

/** A request that cannot be served: the code of the answer, and a sentence for whoever sent it. */
export class Refusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const codeOf: Partial<Record<ErrorCode, number>> = {
  bad_request: codes.badRequest,
  invalid_body: codes.badRequest,
  unauthorized: codes.unauthorized,
  not_found: codes.notFound,
  too_large: codes.tooLarge,
  overloaded: codes.unavailable,
  unavailable: codes.unavailable,
};
const maxAgeSeconds: Partial<Record<ErrorCode, number>> = { overloaded: 1, unavailable: 5 };

/** The answer to a request whose handler threw; its payload is a diagnostic text (RFC 7252, section 5.5.2). */
export function answerFailure(host: Host, thrown: unknown): Reply {
  if (thrown instanceof Refusal) {
    if (thrown.code === codes.unauthorized) host.count("coap", "refused");
    return { code: thrown.code, payload: thrown.message };
  }
  if (!(thrown instanceof MillraceError)) {
    host.log("error", `A device's CoAP request failed: ${(thrown as Error)?.message}.`);
    return { code: codes.internal, payload: "This is a fault of the server; its log says more." };
  }
  if (thrown.code === "overloaded") host.count("coap", "throttled");
  const seconds = maxAgeSeconds[thrown.code];
  return {
    code: codeOf[thrown.code] ?? codes.internal,
    options: seconds ? [uintOption(numbers.maxAge, seconds)] : [],
    payload: thrown.message,
  };
}
