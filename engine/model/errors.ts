/**
 * Every error a user or device can meet: status of the HTTP answer, and a title. The sentence given where it is
 * thrown says what, where and how to mend it.
 */
export const errorCatalogue = {
  bad_request: { status: 400, title: "The request cannot be understood" },
  invalid_body: { status: 400, title: "The body does not fit" },
  invalid_setting: { status: 500, title: "A setting cannot be used" },
  unauthorized: { status: 401, title: "The token is unknown" },
  forbidden: { status: 403, title: "Not allowed" },
  not_found: { status: 404, title: "There is no such thing" },
  method_not_allowed: { status: 405, title: "This cannot be done with it" },
  conflict: { status: 409, title: "It clashes with what is there" },
  stale: { status: 412, title: "Someone else changed it meanwhile" },
  precondition_required: { status: 428, title: "Say which version you changed" },
  too_large: { status: 413, title: "The message is too large" },
  unsupported_media_type: { status: 415, title: "This content type is not read here" },
  invalid_flow: { status: 422, title: "The flow has problems" },
  cases_failed: { status: 422, title: "Test cases of the version fail" },
  overloaded: { status: 429, title: "Too many messages are waiting" },
  unavailable: { status: 503, title: "A part that is needed does not answer" },
  points_refused: { status: 500, title: "The series store refuses points" },
  port_taken: { status: 500, title: "The port is in use" },
  internal: { status: 500, title: "Something went wrong inside" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorCatalogue;

/** An error whose sentence may be shown to whoever caused it. `details` goes into the problem document. */
export class MillraceError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, details?: Record<string, unknown>, options?: ErrorOptions) {
    super(message, options);
    this.name = "MillraceError";
    this.code = code;
    this.details = details;
  }
}
