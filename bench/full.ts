import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { machine, round } from "./machine.ts";
import type { Measurement, Row } from "./measurement.ts";
import { measurements } from "./measurements.ts";
import { readOptions } from "./options.ts";
import { plot } from "./report/plot.ts";
import type { Measured, Result } from "./report/result.ts";
import { section, table } from "./report/table.ts";

const root = join(import.meta.dirname, "../..");
const startedAt = performance.now();
const options = readOptions(
  process.argv.slice(2),
  measurements.map(({ name }) => name),
);
const asked = measurements.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
const told = machine();
// What was started ends with this process, and only an orderly end tells it so.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const measured: Measured[] = [];
for (const measurement of asked) {
  process.stderr.write(`${measurement.name} ...\n`);
  measured.push(await measure(measurement));
  process.stderr.write(`${section(measured.at(-1)!)}\n\n`);
}
holdAgainstCeiling();

const { seconds, warmupSeconds, most } = options;
const result: Result = {
  machine: told,
  options: { seconds, warmupSeconds, most },
  tookSeconds: tookSeconds(startedAt),
  measurements: measured,
};
process.stdout.write(table(result));
if (process.argv.length === 2) write(result);
process.exitCode = measured.some(({ failed }) => failed) ? 1 : 0;

/** One that fails does not keep the others from being measured. */
async function measure({ name, title, run }: Measurement): Promise<Measured> {
  const since = performance.now();
  const outcome = await run(options).then(
    (rows) => ({ rows }),
    (error: Error) => ({ rows: [], failed: error.message }),
  );
  return { name, title, tookSeconds: tookSeconds(since), ...outcome };
}

function holdAgainstCeiling() {
  const rowsOf = (one: Measurement): Row[] => measured.find(({ name }) => name === one.name)?.rows ?? [];
  const tops = asked
    .filter(({ name }) => name.startsWith("ceiling"))
    .flatMap(rowsOf)
    .map(({ figures }) => figures.acknowledgedPerSecond!);
  if (tops.length === 0) return;
  const top = tops.reduce((sum, one) => sum + one, 0) / tops.length;
  for (const one of asked.filter(({ againstCeiling }) => againstCeiling))
    for (const { figures } of rowsOf(one)) {
      const reached = figures.throughPerSecond ?? figures.acknowledgedPerSecond;
      if (reached !== undefined) figures.ofCeiling = round(reached / top);
    }
}

/** A whole run is kept; what was asked for in part is only shown. */
function write(result: Result) {
  const folder = join(root, "bench/results");
  mkdirSync(folder, { recursive: true });
  const { date, commit } = result.machine;
  const file = join(folder, `${date.slice(0, 10)}-${commit}`);
  writeFileSync(`${file}.json`, json(result));
  writeFileSync(`${file}.md`, table(result));
  writeFileSync(`${file}.svg`, plot(result));
  process.stderr.write(`Written: ${file}.json, .md and .svg\n`);
}

/** With the three numbers of a spread on one line. */
function json(result: Result): string {
  const text = JSON.stringify(result, null, 2);
  return `${text.replace(/\[[\d.,\s]+\]/g, (spread) => JSON.stringify(JSON.parse(spread)).replaceAll(",", ", "))}\n`;
}

function tookSeconds(since: number): number {
  return Math.round((performance.now() - since) / 1000);
}
