import { Command, InvalidArgumentError } from "commander";
import { MillraceError } from "../model/errors.ts";
import { readSettings, type Settings } from "../settings.ts";
import type { LaneSet } from "../store/backbone/lane-set.ts";

/** `millrace lanes`: shows how many lanes an installation has, and moves a stopped one to another count. */
export function lanesCommand(): Command {
  return new Command("lanes")
    .description(
      "Show the lanes of the installation that the settings name; or, while it is stopped, move it to another count.",
    )
    .argument("[count]", "how many lanes it shall have, 1 to 256", readCount)
    .option("--json", "print the lanes as JSON")
    .addHelpText(
      "after",
      `
A move copies the state of every device into its new lane, and then deletes the old lanes. Until then Redis needs room for
both. It is refused while a process of the installation runs, or something waits to be evaluated or delivered. One that
was broken off is finished by the same command, and taken back by the count that there was; until then nothing starts.

Examples:
  millrace lanes
  MILLRACE_REDIS_URL=redis://127.0.0.1:6379 millrace lanes 16`,
    )
    .action(run);
}

function readCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 256) return count;
  throw new InvalidArgumentError("A whole number from 1 to 256 is needed.");
}

async function run(count: number | undefined, { json }: { json?: true }) {
  const settings = readSettings(process.env);
  const { openLaneSet } = await import("../open-lane-set.ts");
  const lanes = await openLaneSet(settings, (message, error) =>
    process.stderr.write(`${message}: ${error.message}\n`),
  );
  try {
    if (count !== undefined) await move(lanes, count, settings);
    await show(lanes, json);
  } finally {
    await lanes.close();
  }
}

async function move(lanes: LaneSet, count: number, { MILLRACE_LANES: set }: Settings) {
  const before = await lanes.count();
  try {
    await lanes.move(count);
  } catch (error) {
    if (!(error instanceof MillraceError) || error.code !== "unavailable") throw error;
    throw new MillraceError(
      "unavailable",
      `${error.message} The move was broken off. Mend that, and run millrace lanes ${count} again, or millrace lanes ${before} to take it back; until then nothing starts.`,
    );
  }
  if (set !== undefined && set !== count)
    process.stderr.write(
      `MILLRACE_LANES is ${set}: set it to ${count} or unset it, or the next start is refused.\n`,
    );
}

async function show(lanes: LaneSet, json: true | undefined) {
  const [count, moving, looks] = [await lanes.count(), await lanes.moving(), await lanes.look()];
  if (json) {
    process.stdout.write(`${JSON.stringify({ count, moving: moving ?? null, lanes: looks }, null, 2)}\n`);
    return;
  }
  const said = [`${count} ${count === 1 ? "lane" : "lanes"}`];
  if (moving !== undefined)
    said.push(
      `A move to ${moving} has not ended: run millrace lanes ${moving} to finish it, or millrace lanes ${count} to take it back.`,
    );
  const columns = ["lane", "batches", "effects", "points", "devices"] as const;
  said.push(columns.map((name) => name.padStart(8)).join(""));
  for (const look of looks) said.push(columns.map((name) => String(look[name]).padStart(8)).join(""));
  process.stdout.write(`${said.join("\n")}\n`);
}
