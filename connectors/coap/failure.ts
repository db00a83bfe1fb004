import { type ErrorCode, MillraceError } from "../../engine/model/errors.ts";
import type { Host } from "../../engine/model/host.ts";
import type { Reply } from "./endpoint.ts";

/** A request that cannot be served: the code of the answer, a sentence for whoever sent it, and options. */
export class Refusal extends Error {
  readonly code: string;
  readonly options: Reply["options"];

  constructor(code: string, message: string, options: Reply["options"] = {}) {
    super(message);
    this.code = code;
    this.options = options;
  }
}

const answers: Partial<Record<ErrorCode, Omit<Reply, "payload">>> = {
  bad_request: { code: "4.00" },
  invalid_body: { code: "4.00" },
  unauthorized: { code: "4.01" },
  not_found: { code: "4.04" },
  too_large: { code: "4.13" },
  overloaded: { code: "5.03", options: { "Max-Age": 1 } },
  unavailable: { code: "5.03", options: { "Max-Age": 5 } },
};

/** The answer to a request whose handler threw; its payload is a diagnostic text (RFC 7252, section 5.5.2). */
export function answerFailure(host: Host, thrown: unknown): Reply {
  if (thrown instanceof Refusal) {
    if (thrown.code === "4.01") host.count("coap", "refused");
    return { code: thrown.code, options: thrown.options, payload: thrown.message };
  }
  if (!(thrown instanceof MillraceError)) {
    host.log("error", `A device's CoAP request failed: ${(thrown as Error)?.message}.`);
    return { code: "5.00", payload: "This is a fault of the server; its log says more." };
  }
  if (thrown.code === "overloaded") host.count("coap", "throttled");
  return { code: "5.00", ...answers[thrown.code], payload: thrown.message };
}
