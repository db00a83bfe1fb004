import { MillraceError } from "../../engine/model/errors.ts";

/** The error for an InfluxDB that does not answer, or not as it should. */
export function away(said: string, cause?: unknown): MillraceError {
  return new MillraceError(
    "unavailable",
    `InfluxDB cannot be used: ${said}. Check that it runs and the MILLRACE_INFLUX_* settings are right.`,
    undefined,
    { cause },
  );
}

/** What an error says, down to the reason that fetch hides in its cause. */
export function saying(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, message } = error;
  if (cause instanceof Error) return saying(cause);
  // Several addresses were tried: Node then gives an error without a message.
  return message || (error as NodeJS.ErrnoException).code || error.name;
}
