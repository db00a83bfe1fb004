import { Command, CommanderError } from "commander";
import { MillraceError } from "../model/errors.ts";
import { version } from "../version.ts";
import { devicesCommand } from "./devices.ts";
import { doctorCommand } from "./doctor.ts";
import { flowsCommand } from "./flows.ts";
import { lanesCommand } from "./lanes.ts";
import { simulateCommand } from "./simulate.ts";
import { startCommand } from "./start.ts";

const program = new Command("millrace")
  .description("Rules for fleets of devices: drawn by experts, evaluated in order and exactly once.")
  .version(version)
  // Behind a command, --version is that command's.
  .enablePositionalOptions()
  .showHelpAfterError("Run with --help to see what there is.")
  .exitOverride((left) => process.exit(left.exitCode === 0 ? 0 : 2));

for (const command of [
  startCommand(),
  flowsCommand(),
  devicesCommand(),
  simulateCommand(),
  doctorCommand(),
  lanesCommand(),
]) {
  program.addCommand(command);
  inherit(command, program);
}

// A reader such as head may leave before the end.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

try {
  await program.parseAsync();
} catch (error) {
  const isMisuse = error instanceof CommanderError;
  const isOurs = isMisuse || error instanceof MillraceError;
  const said = isOurs ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(isMisuse ? `error: ${said} Run with --help to see what there is.\n` : `${said}\n`);
  process.exitCode = isMisuse ? 2 : 1;
  // Whatever was opened before the error must not keep the process.
  setTimeout(() => process.exit(), 500).unref();
}

/** Commands made by themselves know nothing of their parent's settings, down to the last. */
function inherit(command: Command, parent: Command) {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(child, command);
}
