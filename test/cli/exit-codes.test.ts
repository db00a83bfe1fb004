import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { millrace } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";

const dir = tempFolder("cli");
const nowhere = "http://127.0.0.1:9";

mkdirSync(join(dir, "no-json"));
writeFileSync(join(dir, "no-json/flow.json"), "{");
mkdirSync(join(dir, "unknown-kind"));
writeFileSync(
  join(dir, "unknown-kind/flow.json"),
  JSON.stringify({
    id: "x",
    name: "X",
    schema: 1,
    nodes: [{ id: "a", kind: "inptu", config: {} }],
    edges: [],
  }),
);

const message = (at: number, speed: number) =>
  JSON.stringify({ device: "d1", at, values: { speed, occupancy: 5, count: 1 } });
const start = Date.UTC(2026, 10, 26, 8);
writeFileSync(
  join(dir, "messages.ndjson"),
  [message(start, 12), message(start + 5000, 14), "", message(start + 30_000, 50)].join("\n"),
);
writeFileSync(
  join(dir, "messages.csv"),
  `device;at;speed;occupancy;count\nd1;2026-11-26 08:00:00;12,5;5;1\nd1;2026-11-26 08:00:05;14;5;1\nd1;2026-11-26 08:00:30;50;5;1\n`,
);
writeFileSync(join(dir, "torn.csv"), "device,at,speed\nd1,yesterday,12\n");
writeFileSync(join(dir, "torn.ndjson"), `${message(start, 12)}\n{"device":`);

afterAll(() => removeFolder(dir));

const right = [
  { args: ["--version"], out: /^\d+\.\d+\.\d+\n$/ },
  { args: ["--help"], out: /start.*flows.*devices.*simulate.*doctor/s },
  { args: ["start", "--help"], out: /millrace start --demo/ },
  { args: ["flows", "validate", "--help"], out: /millrace flows validate flows/ },
  { args: ["flows", "test", "--help"], out: /millrace flows test flows/ },
  { args: ["flows", "backtest", "--help"], out: /--version <number>[\s\S]*millrace flows backtest flows/ },
  {
    args: [
      "flows",
      "backtest",
      "flows/congestion",
      "--data",
      join(dir, "messages.ndjson"),
      "--profile",
      "loop-detector",
    ],
    out: /3 messages in [\s\S]*1 alarm, 1 command,[\s\S]*d1: Congestion/,
  },
  {
    args: [
      "flows",
      "backtest",
      "flows/congestion",
      "--data",
      join(dir, "messages.csv"),
      "--profile",
      "loop-detector",
    ],
    out: /3 messages in [\s\S]*1 alarm, 1 command,[\s\S]*d1: Congestion/,
  },
  { args: ["flows", "diff", "--help"], out: /millrace flows diff congestion 3 4/ },
  { args: ["flows", "deploy", "--help"], out: /millrace flows deploy congestion --draft/ },
  { args: ["flows", "rollback", "--help"], out: /millrace flows rollback congestion/ },
  {
    args: ["flows", "diff", "flows/congestion", "flows/travel-report"],
    out: /^~ name: Congestion -> .*^\+ [^\n]* is new$.*^- Alert "[^\n]*" is gone\n {4}What it remembers is no longer used\.$/ms,
  },
  { args: ["devices", "add", "--help"], out: /millrace devices add pump-7/ },
  { args: ["devices", "list", "--help"], out: /millrace devices list --search/ },
  { args: ["simulate", "--help"], out: /millrace simulate --devices 200/ },
  { args: ["doctor", "--help"], out: /millrace doctor --json/ },
  { args: ["lanes", "--help"], out: /millrace lanes 16/ },
  {
    args: ["flows", "validate", "flows/congestion", "flows/travel-report"],
    out: /congestion: ok\n.*report: ok/,
  },
  { args: ["flows", "test", "flows/congestion"], out: /^ok .*lower the limit to 40/ },
];
const failed: { args: string[]; env?: Record<string, string>; err: RegExp }[] = [
  {
    args: ["flows", "backtest", "flows/congestion", "--data", join(dir, "torn.ndjson")],
    err: /^Line 2: it is not JSON/,
  },
  {
    args: ["flows", "backtest", "flows/congestion", "--data", join(dir, "torn.csv")],
    err: /^Row 2: "at" must be ms since the epoch, or a time such as 2026/,
  },
  {
    args: ["flows", "backtest", "flows/congestion", "--data", join(dir, "none.csv")],
    err: /none.csv: there is no such file. Name a file of messages with --data/,
  },
  { args: ["flows", "backtest", "nosuch", "--server", nowhere], err: /does not answer.*--server/ },
  { args: ["flows", "validate", join(dir, "no-json")], err: /no-json\/flow.json is not JSON/ },
  { args: ["flows", "validate", join(dir, "none")], err: /none\/flow.json: there is no such file/ },
  { args: ["flows", "validate", join(dir, "unknown-kind")], err: /^$/ },
  { args: ["flows", "test", join(dir, "unknown-kind")], err: /run millrace flows validate/ },
  { args: ["flows", "diff", "flows/congestion", "flows/travel-report", "--exit-code"], err: /^$/ },
  {
    args: ["flows", "diff", "flows/congestion", join(dir, "no-json")],
    err: /no-json\/flow.json is not JSON/,
  },
  // Versions are asked of the server, also where a folder is called as the flow is.
  { args: ["flows", "diff", "flows/congestion", "1", "2", "--server", nowhere], err: /does not answer/ },
  { args: ["flows", "deploy", "x", "--server", nowhere], err: /does not answer.*--server/ },
  { args: ["devices", "add", "x", "--http", nowhere], err: /does not answer.*--http/ },
  { args: ["simulate", "--http", nowhere], err: /cannot reach/ },
  {
    args: ["lanes"],
    env: { MILLRACE_DATA_DIR: join(dir, "none") },
    err: /^No installation has begun in the folder .*none\. Name another one in MILLRACE_DATA_DIR/,
  },
];
const misused = [
  { args: ["flows", "backtest", "flows/congestion", "--from", "soon"], err: /how long ago, such as 24h/ },
  { args: [], err: /Usage: millrace/ },
  { args: ["nosuch"], err: /unknown command/ },
  { args: ["flows", "validate"], err: /missing required argument 'folder'/ },
  { args: ["flows", "diff", "congestion", "first"], err: /"first" is no version/ },
  { args: ["flows", "deploy", "congestion", "zero"], err: /whole number of at least 1/ },
  { args: ["flows", "deploy", "congestion", "3", "--off"], err: /one of a version, --draft and --off/ },
  { args: ["flows", "rollback"], err: /missing required argument 'flow'/ },
  { args: ["devices", "add"], err: /missing required argument 'name'/ },
  { args: ["devices", "list", "--http", "nonsense"], err: /An address such as http:\/\/127/ },
  { args: ["doctor", "--rate", "1"], err: /unknown option/ },
  { args: ["lanes", "257"], err: /whole number from 1 to 256/ },
  { args: ["simulate", "--rate", "0"], err: /A whole number/ },
  { args: ["simulate", "--mqtt", "http://127.0.0.1"], err: /An address such as mqtt:\/\/127/ },
];
const name = ({ args }: { args: string[] }) => ({
  title: ["millrace", ...args].join(" ").replaceAll(dir, ""),
});
const named = <T extends { args: string[] }>(rows: T[]) => rows.map((row) => ({ ...row, ...name(row) }));

test.each(named(right))("$title ends with 0", async ({ args, out }) => {
  const { code, stdout, stderr } = await millrace(args);
  expect(stderr).toBe("");
  expect(stdout).toMatch(out);
  expect(code).toBe(0);
});

test.each(named(failed))("$title ends with 1 and a sentence", async ({ args, env, err }) => {
  const { code, stderr } = await millrace(args, env);
  expect(stderr).toMatch(err);
  expect(stderr).not.toContain("    at ");
  expect(code).toBe(1);
});

test.each(named(misused))("$title ends with 2 and says where help is", async ({ args, err }) => {
  const { code, stdout, stderr } = await millrace(args);
  expect(stderr).toMatch(err);
  expect(stderr).toContain("--help");
  expect(stdout).toBe("");
  expect(code).toBe(2);
});
