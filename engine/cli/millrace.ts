import { Command } from "commander";
import { MillraceError } from "../model/errors.ts";
import { version } from "../version.ts";
import { devicesCommand } from "./devices.ts";
import { flowsCommand } from "./flows.ts";
import { simulateCommand } from "./simulate.ts";
import { startCommand } from "./start.ts";

const program = new Command("millrace")
  .description("Rules for fleets of devices: drawn by experts, evaluated in order and exactly once.")
  .version(version)
  .showHelpAfterError("Run with --help to see what there is.")
  .exitOverride((left) => process.exit(left.exitCode === 0 ? 0 : 2));

for (const command of [startCommand(), flowsCommand(), devicesCommand(), simulateCommand()]) {
  command.copyInheritedSettings(program);
  program.addCommand(command);
}

try {
  await program.parseAsync();
} catch (error) {
  const said = error instanceof MillraceError ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`${said}\n`);
  process.exitCode = 1;
  // Whatever was opened before the error must not keep the process.
  setTimeout(() => process.exit(1), 500).unref();
}
