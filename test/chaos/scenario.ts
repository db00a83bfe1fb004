import type { World } from "./world.ts";

/** What a scenario counted. */
export type Figures = Record<string, number | string>;

/** One kind of harm, in a short form for every test run and a long one for the benchmarks. */
export interface Scenario<Scale> {
  /** To choose it by: `npm run bench -- --chaos --only=<name>`. */
  name: string;
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

/** Runs one form of a scenario, says what it counted, and gives it. */
export async function runScenario(
  world: World,
  { name, title, run, ...scales }: Scenario<unknown>,
  form: "short" | "long",
): Promise<Figures> {
  const startAt = performance.now();
  const figures = await run(world, scales[form]);
  const seconds = Math.round((performance.now() - startAt) / 1000);
  const said = Object.entries(figures).map(([figure, value]) => `${figure} ${value}`);
  process.stdout.write(`${name}: ${title} (${seconds} s)\n  ${said.join(", ")}\n`);
  return figures;
}
