import type { Bounds, Cohort } from "../../../engine/model/candidate.ts";
import { nameless } from "../../../engine/rules/condition.ts";

export const ways = ["live", "shadow", "canary"] as const;
/** For all devices; beside the live version, doing nothing; for some devices. */
export type Way = (typeof ways)[number];

/** How a version is to run, as it stands in the form: numbers are what was typed where they are none yet. */
export interface How {
  way: Way;
  by: "percent" | "when";
  percent: unknown;
  when: unknown;
  /** It is taken back by itself. */
  isBounded: boolean;
  errors: unknown;
  alarms: unknown;
  minutes: unknown;
}

export const usual: How = {
  way: "live",
  by: "percent",
  percent: 10,
  when: undefined,
  isBounded: true,
  errors: 5,
  alarms: undefined,
  minutes: 10,
};

const isBetween = (value: unknown, least: number, most: number): value is number =>
  typeof value === "number" && value >= least && value <= most;
const isCount = (value: unknown) =>
  value === undefined || (isBetween(value, 0, 1_000_000) && Number.isInteger(value));

export type Wrong = "percent" | "when" | "errors" | "alarms" | "minutes";

/** Settings of the form that cannot be taken. */
export function wrongIn({ way, by, percent, when, isBounded, errors, alarms, minutes }: How): Wrong[] {
  if (way !== "canary") return [];
  const wrong: Wrong[] = [];
  if (by === "percent" && !(isBetween(percent, 0, 99.999) && percent > 0)) wrong.push("percent");
  if (by === "when" && !nameless.safeParse(when).success) wrong.push("when");
  if (!isBounded) return wrong;
  if (!isCount(errors) || (errors === undefined && alarms === undefined)) wrong.push("errors");
  if (!isCount(alarms)) wrong.push("alarms");
  if (!isBetween(minutes, 1, 1440)) wrong.push("minutes");
  return wrong;
}

/** What the server is asked for. */
export function deploymentOf({ way, by, percent, when, isBounded, errors, alarms, minutes }: How) {
  if (way !== "canary") return { mode: way };
  const devices = (by === "percent" ? { percent } : { when }) as Cohort;
  const rollBack = { errors, alarms, withinMs: Math.round(Number(minutes) * 60_000) } as Bounds;
  return { mode: "live" as const, devices, ...(isBounded && { rollBack }) };
}
