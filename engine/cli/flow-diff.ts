import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { type ChangeLine, changeLines } from "../flow/change-lines.ts";
import { englishDeployment } from "../flow/change-words.ts";
import { compareFlows, isOtherwise } from "../flow/compare.ts";
import { sentence, told } from "../flow/sentence.ts";
import { MillraceError } from "../model/errors.ts";
import { type Flow, flowSchema } from "../model/flow.ts";
import { address } from "./address.ts";
import { asking } from "./ask.ts";
import { readJson } from "./read-json.ts";

export const ask = asking("--server");

/** What `GET /api/flows/{id}/diff` answers. */
export interface Diff {
  from: number | null;
  to: number | null;
  same: boolean;
  lines: ChangeLine[];
}

/** Every command of flows that talks with a server. */
export const onServer = (command: Command) =>
  command
    .option("--server <url>", "the server's HTTP API", address("http:", "https:"), "http://127.0.0.1:8080")
    .option("--json", "print JSON");

export const flowUrl = (server: string, flow: string) => `${server}/api/flows/${encodeURIComponent(flow)}`;

/** `millrace flows diff`: two versions on a server, or two files. */
export function diffCommand(command: Command) {
  onServer(command.command("diff"))
    .description("Say in words what makes two versions of a flow differ, and what nodes go on remembering.")
    .argument("<flow>", "id of a flow on the server; or a flow.json, or a folder with one")
    .argument("[from]", "a version's number, live or draft; or the other file or folder")
    .argument("[to]", "a version's number, live or draft")
    .option("--exit-code", "end with 1 where they differ, as git diff does")
    .addHelpText(
      "after",
      `
Without from and to, the draft is compared with what runs. Each line begins with + for what is new, - for what is gone,
~ for what is set otherwise, and . for what is only drawn elsewhere.

Examples:
  millrace flows diff congestion
  millrace flows diff congestion 3 4 --server http://127.0.0.1:8080
  millrace flows diff flows/congestion /tmp/congestion.json --exit-code`,
    )
    .action(run);
}

interface Options {
  server: string;
  json?: true;
  exitCode?: true;
}

async function run(flow: string, from: string | undefined, to: string | undefined, options: Options) {
  // In a clone of the flows repository a flow and its folder have one name.
  const isFile = from !== undefined && !isVersion(from) && existsSync(flow);
  const diff = isFile ? ofFiles(flow, from, to) : await ofServer(flow, from, to, options);
  if (options.json) process.stdout.write(`${JSON.stringify(diff, null, 2)}\n`);
  else process.stdout.write(shown(diff.lines));
  if (diff.lines.length === 0) process.stderr.write("Nothing differs.\n");
  else if (options.exitCode) process.exitCode = 1;
}

function ofServer(flow: string, from = "live", to = "draft", { server }: Options): Promise<Diff> {
  const query = new URLSearchParams({ from: side(from), to: side(to) });
  return ask<Diff>(`${flowUrl(server, flow)}/diff?${query}`);
}

const isVersion = (text: string) => /^(live|draft|[1-9]\d{0,8})$/.test(text);

function side(text: string): string {
  if (isVersion(text)) return text;
  throw new InvalidArgumentError(`"${text}" is no version: give a number, live or draft.`);
}

function ofFiles(before: string, after: string, more: string | undefined): Diff {
  if (more !== undefined) throw new InvalidArgumentError("Two files are compared, not three.");
  const [was, now] = [flowIn(before), flowIn(after)];
  const changes = compareFlows(was, now);
  const lines = changeLines(changes, was, now, englishDeployment);
  return { from: null, to: null, same: !isOtherwise(changes), lines };
}

function flowIn(path: string): Flow {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "flow.json") : path;
  const read = flowSchema.safeParse(readJson(file), { error: sentence, reportInput: true });
  if (read.success) return read.data;
  throw new MillraceError("invalid_flow", `${file}: ${told(read.error.issues[0]!, "The flow")}`);
}

const signs = { added: "+", removed: "-", changed: "~", drawn: "." } as const;

/** A line for each change, what belongs to it below. */
export function shown(lines: readonly ChangeLine[]): string {
  return lines
    .flatMap(({ sign, text, details }) => [
      `${signs[sign]} ${text}`,
      ...details.map((detail) => `    ${detail}`),
    ])
    .map((line) => `${line}\n`)
    .join("");
}
