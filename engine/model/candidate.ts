import type { Flow } from "./flow.ts";

/**
 * The devices that a canary runs for: a share of all, chosen by a hash of the id, or those whose attributes meet a
 * condition in json-rules-engine's form.
 */
export type Cohort = { percent: number } | { when: object };

/** A version that runs beside the live one: in shadow, seeing all and doing nothing, or live for some devices. */
export interface Candidate {
  /** The revision of the deployment that began it: no other candidate has the same. */
  id: number;
  mode: "shadow" | "canary";
  version: number;
  definition: Flow;
  /** Of a canary. */
  devices?: Cohort;
  /** Of a shadow: what it does so long before or after the live version counts as the same thing, ms. */
  withinMs?: number;
}

/** A canary goes back by itself when it has had more of these within a time. */
export interface Bounds {
  /** Messages at which its nodes failed. */
  errors?: number;
  /** Alarms that it raised. */
  alarms?: number;
  withinMs: number;
}

/** What is compared between a shadow and the live version. */
export const comparedThings = ["raised", "updated", "cleared", "command", "notified", "failed"] as const;
export type ComparedThing = (typeof comparedThings)[number];

export const verdicts = ["same", "changed", "earlier", "later", "new", "gone"] as const;
/**
 * How what one version did stands to what another did. `changed`: at the same time with other content; `earlier`, `later`:
 * the second one did it so; `new`: the second one alone; `gone`: the first one alone.
 */
export type Verdict = (typeof verdicts)[number];

/** What one of the two versions did. */
export interface Told {
  /** Event time, ms. */
  at: number;
  node: string;
  /** Severity, parameters, or sentence; cut where it is long. */
  content?: string;
}

/** One thing that was compared, as it is shown. */
export interface ComparedExample {
  subject: string;
  device: string;
  deviceName: string;
  live?: Told;
  shadow?: Told;
}

export const deploymentChanges = [
  "live",
  "off",
  "shadow",
  "canary",
  "promoted",
  "abandoned",
  "replaced",
  "rolled-back",
] as const;
/**
 * What became of a version: it was let run in one of the ways, a candidate became live (`promoted`), was taken back by a
 * person, gave way to another version, or went back by itself.
 */
export type DeploymentChange = (typeof deploymentChanges)[number];
