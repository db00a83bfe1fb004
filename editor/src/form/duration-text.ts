import { formatDuration, parseDuration } from "../../../engine/rules/duration.ts";
import { span } from "../ui/words.ts";

const units: readonly [RegExp, string][] = [
  [/^(ms|milliseconds?|msecs?|millisekunden?)$/, "ms"],
  [/^(s|secs?|seconds?|sek\.?|sekunden?)$/, "s"],
  [/^(m|mins?|minutes?|minuten?)$/, "m"],
  [/^(h|hrs?|hours?|std\.?|stunden?)$/, "h"],
  [/^(d|days?|tage?n?)$/, "d"],
];

/** "5 min", "1.5 hours" or "90 seconds" as it is stored: "5m", "90m", "90s"; undefined for other text. */
export function readDuration(text: string): string | undefined {
  const [, amount, word] = /^\s*(\d+(?:[.,]\d+)?)\s*([a-z]+\.?)\s*$/i.exec(text) ?? [];
  const unit = units.find(([pattern]) => word && pattern.test(word.toLowerCase()))?.[1];
  if (!amount || !unit) return undefined;
  const ms = Math.round(Number(amount.replace(",", ".")) * parseDuration(`1${unit}`));
  return Number.isSafeInteger(Number(amount)) ? `${Number(amount)}${unit}` : formatDuration(ms);
}

/** A stored duration in words: "5m" is "5 minutes". Other text stays as it is. */
export function durationWords(stored: string): string {
  return readDuration(stored) === stored ? span(parseDuration(stored)) : stored;
}
