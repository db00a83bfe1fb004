import { setFlagsFromString } from "node:v8";
import { Command } from "commander";
import { readSettings } from "../settings.ts";

/** `millrace start`: everything in one process, until Ctrl+C. */
export function startCommand(): Command {
  return new Command("start")
    .description(
      "Start Millrace; without settings everything runs in this process and needs no other server.",
    )
    .option("--demo", "add a demo city: simulated traffic sensors, example flows, alarms within a minute")
    .addHelpText(
      "after",
      `
Examples:
  millrace start --demo
  MILLRACE_HTTP_PORT=9000 millrace start
  MILLRACE_REDIS_URL=redis://127.0.0.1:6379 MILLRACE_INFLUX_URL=http://127.0.0.1:8086 millrace start`,
    )
    .action(({ demo }: { demo?: true }) => run({ demo: demo === true }));
}

const maxClosingMs = 20_000;
/** How far a heap grows beyond what lives in it before all of it is collected; V8 would let it come to four times as much. */
const heapGrowth = "--heap-growing-percent=60";

async function run({ demo }: { demo: boolean }) {
  const settings = readSettings(process.env);
  // For every thread, as long as none is there yet.
  setFlagsFromString(heapGrowth);
  // The other commands do not wait until a server is read in.
  const { openLog } = await import("../log.ts");
  const { builtEditorDir, start } = await import("../main.ts");
  const log = openLog(settings.MILLRACE_LOG_LEVEL);
  const running = await start(settings, log, { editorDir: builtEditorDir });
  const stop = new AbortController();
  let stopping: Promise<void> | undefined;
  const end = (signal: string) => {
    // A second Ctrl+C does not wait.
    if (stopping) process.exit(130);
    log("info", "stopping", { signal });
    stop.abort();
    stopping = running.close().then(() => process.exit(0));
    // All that was accepted is durable, so that nothing is lost by not waiting for a server that is away.
    setTimeout(() => {
      log("warn", `stopped before everything was closed, after ${maxClosingMs / 1000} s`);
      process.exit(1);
    }, maxClosingMs);
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);

  log("warn", `Signing in is off: whoever reaches ${settings.MILLRACE_HOST} may see and change everything.`);
  const places = ["http", "mqtt", "coap"] as const;
  const listeners = places.filter((place) => running[place]).map((place) => `${place}=${running[place]}`);
  process.stdout.write(`${["millrace ready", ...listeners].join(" ")}\n`);
  if (!demo) return;
  const { startDemo } = await import("../demo.ts");
  await startDemo(running, { signal: stop.signal, log });
}
