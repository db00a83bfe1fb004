import type { Request, Response } from "express";
import { MillraceError } from "../../engine/model/errors.ts";
import { sendProblem } from "./problem.ts";

const defaultTimeoutMs = 30_000;
const maxTimeoutMs = 300_000;

/**
 * Keeps a request open until `watch` hears of the first thing to answer, at most `?timeout=` milliseconds; then 408.
 * `watch` is given a function that answers and says whether it was the first, and returns the end of the watch.
 */
export function poll(
  request: Request,
  response: Response,
  watch: (answer: (content: unknown) => boolean) => () => void,
): void {
  const timeoutMs = timeoutOf(request.query.timeout);
  let isOpen = true;
  let end: (() => void) | undefined;
  const timer = setTimeout(() => {
    close();
    sendProblem(response, {
      status: 408,
      title: "Nothing came in time",
      code: "timeout",
      detail: `Nothing came within ${timeoutMs} ms: ask again.`,
    });
  }, timeoutMs);
  end = watch((content) => {
    if (!isOpen) return false;
    close();
    response.json(content);
    return true;
  });
  response.once("close", close);
  // The answer may have come while `watch` was still at work.
  if (!isOpen) end();

  function close() {
    isOpen = false;
    clearTimeout(timer);
    end?.();
  }
}

function timeoutOf(given: unknown): number {
  if (given === undefined) return defaultTimeoutMs;
  const timeoutMs = typeof given === "string" && /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (timeoutMs > 0) return Math.min(timeoutMs, maxTimeoutMs);
  throw new MillraceError(
    "bad_request",
    `The timeout is milliseconds, 1 to ${maxTimeoutMs}: ?timeout=20000.`,
  );
}
