import { type Command, InvalidArgumentError } from "commander";
import { MillraceError } from "../model/errors.ts";
import { ask, type Diff, flowUrl, onServer, shown } from "./flow-diff.ts";

interface Options {
  server: string;
  json?: true;
  author?: string;
  force?: string;
  dryRun?: true;
}
interface DeployOptions extends Options {
  draft?: true;
  message?: string;
  off?: true;
}
interface Summary {
  latestVersion: number | null;
  live: number | null;
}
interface Deployed {
  revision: number;
  flows: { id: string; version: number }[];
}

/** `millrace flows deploy|rollback`: what runs on a server. */
export function deployCommands(command: Command) {
  common(command.command("deploy"))
    .description("Let a version of a flow run, or switch the flow off.")
    .argument("<flow>", "id of the flow")
    .argument("[version]", "its number; left out: the newest", versionNumber)
    .option("--draft", "freeze the draft as a version first, and let that run")
    .option("--message <text>", "what is new in that version")
    .option("--off", "switch the flow off")
    .addHelpText(
      "after",
      `
Before, it says on standard error what changes, and whether nodes go on with what they remember of devices. The version's
test cases run first, and a failing one refuses it.

Examples:
  millrace flows deploy congestion
  millrace flows deploy congestion 3 --server http://127.0.0.1:8080
  millrace flows deploy congestion --draft --message "Slower at night" --author Ana
  millrace flows deploy congestion --dry-run
  millrace flows deploy congestion --off`,
    )
    .action(deploy);
  common(command.command("rollback"))
    .description("Let the version before the one that runs, or the one that is named, run again.")
    .argument("<flow>", "id of the flow")
    .argument("[version]", "its number; left out: the one before", versionNumber)
    .addHelpText(
      "after",
      `
Examples:
  millrace flows rollback congestion
  millrace flows rollback congestion 2 --json`,
    )
    .action(rollback);
}

const common = (command: Command) =>
  onServer(command)
    .option("--author <name>", "who does it, for the flows repository")
    .option("--force <reason>", "let it run although its test cases fail; the reason is kept")
    .option("--dry-run", "only say what would change");

async function deploy(flow: string, given: number | undefined, options: DeployOptions) {
  const { server, draft, message, off, author, dryRun } = options;
  if ([given !== undefined, draft, off].filter(Boolean).length > 1)
    throw new InvalidArgumentError("Give one of a version, --draft and --off.");
  if (message !== undefined && !draft) throw new InvalidArgumentError("--message goes with --draft.");
  if (off) {
    if (!dryRun) await ask(`${flowUrl(server, flow)}/deploy`, { mode: "off", author });
    return tell(options, { flow, version: null });
  }
  const to = draft ? "draft" : (given ?? (await newest(server, flow)));
  const diff = await announce(options, flow, to);
  if (dryRun) return tell(options, { flow, version: typeof to === "number" ? to : null, diff });
  const version = draft ? await freeze(options, flow) : (to as number);
  const { force } = options;
  const { revision } = await ask<Deployed>(`${flowUrl(server, flow)}/deploy`, { version, author, force });
  tell(options, { flow, version, revision, diff });
}

async function rollback(flow: string, given: number | undefined, options: Options) {
  const { server, author, force, dryRun } = options;
  const to = given ?? (await versionBefore(server, flow));
  const diff = await announce(options, flow, to);
  if (dryRun) return tell(options, { flow, version: to, diff });
  const { revision } = await ask<Deployed>(`${flowUrl(server, flow)}/rollback`, {
    version: to,
    author,
    force,
  });
  tell(options, { flow, version: to, revision, diff });
}

/** Says on standard error what is about to change. */
async function announce({ server }: Options, flow: string, to: number | "draft"): Promise<Diff> {
  const diff = await ask<Diff>(`${flowUrl(server, flow)}/diff?from=live&to=${to}`);
  const then = to === "draft" ? "the draft" : `version ${to}`;
  const now = diff.from === null ? "nothing runs" : `version ${diff.from} runs`;
  process.stderr.write(`${flow}: ${now}; ${then} is next.\n${shown(diff.lines)}`);
  return diff;
}

async function freeze({ server, message = "", author }: DeployOptions, flow: string): Promise<number> {
  return (await ask<{ version: number }>(`${flowUrl(server, flow)}/versions`, { message, author })).version;
}

async function summaryOf(server: string, flow: string): Promise<Summary> {
  const { items } = await ask<{ items: (Summary & { id: string })[] }>(`${server}/api/flows`);
  const found = items.find(({ id }) => id === flow);
  if (found) return found;
  throw new MillraceError("not_found", `There is no flow "${flow}" on ${server}.`);
}

async function newest(server: string, flow: string): Promise<number> {
  const { latestVersion } = await summaryOf(server, flow);
  if (latestVersion !== null) return latestVersion;
  throw new MillraceError("conflict", `Flow "${flow}" has no version yet; freeze its draft with --draft.`);
}

async function versionBefore(server: string, flow: string): Promise<number> {
  const { live } = await summaryOf(server, flow);
  if (live === null)
    throw new MillraceError("conflict", `Flow "${flow}" does not run; say which version is to run.`);
  if (live > 1) return live - 1;
  throw new MillraceError("conflict", `Flow "${flow}" runs as version 1, and there is no version before it.`);
}

function tell(
  { json, dryRun }: Options,
  done: { flow: string; version: number | null; revision?: number; diff?: Diff },
) {
  const { flow, version, revision, diff } = done;
  if (json)
    process.stdout.write(`${JSON.stringify({ flow, version, revision, dryRun, ...diff }, null, 2)}\n`);
  else if (!dryRun) process.stdout.write(version === null ? `${flow}\toff\n` : `${flow}\t${version}\n`);
}

function versionNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A version is a whole number of at least 1.");
}
