import type { Value } from "../../../engine/model/value.ts";
import { capital } from "../../../engine/model/wording.ts";
import { formatLocale, t } from "../text/text.ts";

const units = [
  { name: "day", ms: 86_400_000 },
  { name: "hour", ms: 3_600_000 },
  { name: "minute", ms: 60_000 },
  { name: "second", ms: 1000 },
] as const;

const figure = (value: number, digits = 3) =>
  value.toLocaleString(formatLocale(), { maximumFractionDigits: digits });

/** "3 minutes", in the largest unit that fits; below a second in milliseconds. */
export function span(ms: number): string {
  const unit = units.find((each) => ms >= each.ms);
  if (!unit) return t("span.millisecond", { count: Math.round(ms), n: figure(Math.round(ms)) });
  const count = Math.round((ms / unit.ms) * 10) / 10;
  const whole = count >= 10 ? Math.round(count) : count;
  return t(`span.${unit.name}`, { count: whole, n: figure(whole) });
}

/** "3 minutes ago", "just now". */
export function ago(iso: string, now: number): string {
  const ms = now - Date.parse(iso);
  if (ms < 3000) return t("ago.now");
  const unit = units.find((each) => ms >= each.ms) ?? units[3];
  const count = Math.floor(ms / unit.ms);
  return t(`ago.${unit.name}`, { count, n: figure(count) });
}

/** Date and time in the reader's own manner. */
export function moment(time: string | number): string {
  return new Date(time).toLocaleString(formatLocale(), { dateStyle: "medium", timeStyle: "medium" });
}

/** "12/s", "0.4/s", "1.2k/s". */
export function rate(perSecond: number): string {
  if (perSecond >= 1000) return `${figure(perSecond / 1000, perSecond >= 10_000 ? 0 : 1)}k/s`;
  if (perSecond >= 10 || perSecond === 0) return `${figure(perSecond, 0)}/s`;
  return perSecond < 0.05 ? `<${figure(0.1)}/s` : `${figure(perSecond, 1)}/s`;
}

/** "avgSpeed" becomes "Avg speed". */
export function humanise(name: string): string {
  const words = name
    .replace(/[_.-]+/g, " ")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .trim()
    .toLowerCase();
  return capital(words);
}

const durationUnits: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function durationWords(text: string): string | undefined {
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  return unit ? span(Number(amount) * durationUnits[unit]!) : undefined;
}

/** One value in words: numbers by locale, yes and no, "5m" as "5 minutes", lists with commas. */
export function words(value: Value | undefined): string {
  if (value === null || value === undefined) return t("word.none");
  if (typeof value === "boolean") return t(value ? "word.yes" : "word.no");
  if (typeof value === "number") return figure(value);
  if (typeof value === "string") return durationWords(value) ?? (value === "" ? t("word.empty") : value);
  if (Array.isArray(value)) return value.length === 0 ? t("word.none") : value.map(words).join(", ");
  return Object.entries(value)
    .map(([key, part]) => `${humanise(key)}: ${words(part)}`)
    .join(", ");
}

const earliestMs = Date.UTC(2008);
const latestMs = Date.UTC(2100);
const timeName = /(^|[a-z_])(at|time|start|end|since|until|ts)$/i;

/** A named value in words: like `words`, and "windowStart" or "ts" in ms since the epoch as a time. */
export function namedWords(name: string, value: Value | undefined): string {
  const isTime = typeof value === "number" && value > earliestMs && value < latestMs && timeName.test(name);
  return isTime ? moment(value) : words(value);
}
