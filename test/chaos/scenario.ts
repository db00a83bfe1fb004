import type { World } from "./world.ts";

/** What a scenario counted. */
export type Figures = Record<string, number | string>;

/** One kind of harm, in a short form for every test run and a long one for the benchmarks. */
export interface Scenario<Scale> {
  /** A fact that holds after it. */
  title: string;
  short: Scale;
  long: Scale;
  /** Does the harm and counts; rejects when the harm could not be proven to have happened. */
  run(world: World, scale: Scale): Promise<Figures>;
  /** What the figures must be. */
  expected: Figures;
}

export const defineScenario = <Scale>(scenario: Scenario<Scale>): Scenario<Scale> => scenario;

/** A line to read. */
export function shown(title: string, figures: Figures, ms: number): string {
  const said = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  return `${title} (${(ms / 1000).toFixed(0)} s)\n  ${said.join(", ")}\n`;
}
