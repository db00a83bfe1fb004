import { Command } from "commander";
import { MillraceError } from "../model/errors.ts";
import type { Finding } from "../model/finding.ts";
import { readSettings, type Settings } from "../settings.ts";

/** `millrace doctor`: looks at everything that the settings name, without a running server. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .description("Look at the settings, this machine and each server that is set, and say what to mend.")
    .option("--json", "print the findings as JSON")
    .addHelpText(
      "after",
      `
Ends with 1 when something has to be mended; warnings alone end with 0. Where InfluxDB is set, one point is written
to its measurement millrace_doctor; where the archive is in a bucket, one small object is put there and deleted.

Examples:
  millrace doctor
  MILLRACE_REDIS_URL=redis://127.0.0.1:6379 millrace doctor --json`,
    )
    .action(run);
}

async function run({ json }: { json?: true }) {
  const findings = await examine();
  if (json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  else for (const finding of findings) process.stdout.write(shown(finding));
  if (findings.some(({ level }) => level === "fail")) process.exitCode = 1;
}

async function examine(): Promise<Finding[]> {
  let settings: Settings;
  try {
    settings = readSettings(process.env);
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    return [{ check: "settings", place: "environment", level: "fail", found: "wrong", mend: error.message }];
  }
  // Only now: a server that starts needs no code that looks at others.
  const [{ examineMachine }, { examineRedis }, { examinePostgres }, { examineInflux }, { examineBucket }] =
    await Promise.all([
      import("./doctor/machine.ts"),
      import("./doctor/redis.ts"),
      import("./doctor/postgres.ts"),
      import("./doctor/influx.ts"),
      import("./doctor/bucket.ts"),
    ]);
  const examined = [examineMachine, examineRedis, examinePostgres, examineInflux, examineBucket];
  const found = await Promise.all(examined.map(async (look) => look(settings)));
  return [{ check: "settings", place: "environment", level: "ok", found: "can be read" }, ...found.flat()];
}

function shown({ check, place, level, found, mend }: Finding): string {
  const line = `${level.padEnd(5)} ${place}: ${check} ${found}\n`;
  return mend ? `${line}      ${mend.replaceAll("\n", "\n      ")}\n` : line;
}
