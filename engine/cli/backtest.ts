import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { spanOfFile } from "../archive/message-file.ts";
import type { S3Place } from "../archive/s3-place.ts";
import { validateFlow } from "../flow/validate.ts";
import type { BacktestResult } from "../model/backtest.ts";
import { MillraceError } from "../model/errors.ts";
import type { Flow } from "../model/flow.ts";
import { isError } from "../model/problem.ts";
import { parseDuration } from "../rules/duration.ts";
import { type BacktestTask, runBacktest } from "../run-backtest.ts";
import { isBucket, s3Place } from "../s3-settings.ts";
import { readSettings } from "../settings.ts";
import { address } from "./address.ts";
import { backtestOnServer } from "./backtest-server.ts";
import { showBacktest } from "./backtest-text.ts";
import { besides } from "./flow-folder.ts";
import { requireTables } from "./flow-tables.ts";
import { messageFile } from "./message-file.ts";
import { readJson } from "./read-json.ts";

interface Options {
  from?: number;
  to?: number;
  against?: string;
  version?: number;
  file?: string;
  server: string;
  archive: string;
  data?: string;
  profile: string;
  json?: true;
}

/** `millrace flows backtest`: a flow over recorded messages in virtual time, on files alone or by a running server. */
export function backtestCommand(): Command {
  return new Command("backtest")
    .description(
      "Run a flow over recorded messages, many times faster than they came, with no effect outside.",
    )
    .argument("<flow>", "folder that holds a flow.json; or the id of a flow of a running server")
    .option("--from <time>", "begin, such as 2026-11-26T08:00:00Z, or 24h for so long ago", time)
    .option("--to <time>", "end, in the same way; now where left out", time)
    .option("--against <folder>", "another state of the flow, to compare with; a server takes what is live")
    .option(
      "--archive <place>",
      "folder or s3:// address of an archive, for a flow in a folder",
      "data/archive",
    )
    .option("--data <file>", "messages as NDJSON or CSV, instead of those that were kept")
    .option("--profile <profile>", "of devices of --data that name none", "default")
    .option("--version <number>", "a version on the server, instead of the draft there", wholeNumber)
    .option("--file <flow.json>", "a flow instead of the draft on the server")
    .option("--server <url>", "the server's HTTP API", address("http:", "https:"), "http://127.0.0.1:8080")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  millrace flows backtest flows/congestion --from 24h\n  millrace flows backtest flows/congestion --archive s3://plant/archive --from 24h\n  millrace flows backtest flows/congestion --data messages.csv --against old/congestion\n  millrace flows backtest congestion --version 3 --from 7d --server http://127.0.0.1:8080",
    )
    .action(backtest);
}

/** As the server takes it where nothing else is set. */
const maxAheadMs = 3_600_000;
const dayMs = 86_400_000;

async function backtest(flow: string, { json, ...options }: Options) {
  const begunAt = performance.now();
  const result = existsSync(flow) ? await onFiles(flow, options) : await onServer(flow, options);
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const seconds = (performance.now() - begunAt) / 1000;
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : showBacktest(result, seconds));
}

type Given = Omit<Options, "json">;

async function onFiles(folder: string, options: Given): Promise<BacktestResult> {
  const task = await prepare(folder, options);
  const { from, to } = task.order;
  const { done } = runBacktest(task, ({ messages, at }) => tell((at - from) / (to - from), messages));
  return (await done).result!;
}

async function onServer(flow: string, { data, profile, ...options }: Given): Promise<BacktestResult> {
  const now = Date.now();
  const over = data === undefined ? { from: now - dayMs, to: now } : { data: messageFile(data, profile) };
  const run = await backtestOnServer(flow, { ...over, ...options, tell });
  return run.result!;
}

function tell(share: number, messages: number) {
  if (!process.stderr.isTTY || !Number.isFinite(share)) return;
  process.stderr.write(`\r${Math.round(100 * Math.min(1, Math.max(0, share)))} %  ${messages} messages`);
}

async function prepare(folder: string, options: Given): Promise<BacktestTask> {
  const { from, to, against, archive, data, profile } = options;
  const file = data === undefined ? undefined : messageFile(data, profile);
  const bucket = !file && isBucket(archive) ? bucketAt(archive) : undefined;
  if (!file && !bucket && !existsSync(archive))
    throw new MillraceError(
      "not_found",
      `${archive}: there is no such folder. Name that of an archive with --archive, or a file of messages with --data.`,
    );
  const whole = file ? await spanOfFile(file) : { from: Date.now() - dayMs, to: Date.now() };
  const range = { from: from ?? whole.from, to: to ?? whole.to };
  if (range.from >= range.to) throw new MillraceError("bad_request", "--from has to be before --to.");
  return {
    order: {
      ...range,
      flow: soundFlow(folder),
      version: null,
      live: against === undefined ? null : { version: 0, definition: soundFlow(against) },
      around: besides(folder),
      maxAheadMs,
    },
    source: file
      ? { type: "file", file }
      : { type: "archive", place: bucket ? { bucket } : { folder: archive } },
  };
}

/** Throws MillraceError `invalid_setting`, as the server does. */
function bucketAt(address: string): S3Place {
  return s3Place(readSettings({ ...process.env, MILLRACE_ARCHIVE_DIR: address }))!;
}

function soundFlow(folder: string): Flow {
  const around = besides(folder);
  const { flow, problems } = validateFlow(readJson(join(folder, "flow.json")), around);
  if (flow) requireTables(folder, flow, around);
  if (flow && !problems.some(isError)) return flow;
  throw new MillraceError(
    "invalid_flow",
    `${folder}: the flow has problems; run millrace flows validate ${folder}`,
  );
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A whole number from 1 on is needed.");
}

function time(text: string): number {
  const at = /^\d+[smhd]$/.test(text) ? Date.now() - parseDuration(text) : Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new InvalidArgumentError(
    "A time such as 2026-11-26T08:00:00Z, or how long ago, such as 24h, is needed.",
  );
}
