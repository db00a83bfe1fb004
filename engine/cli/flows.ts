import { join } from "node:path";
import { Command } from "commander";
import { casesSchema, runCases } from "../flow/cases.ts";
import { validateFlow } from "../flow/validate.ts";
import { MillraceError } from "../model/errors.ts";
import { isError } from "../model/problem.ts";
import { backtestCommand } from "./backtest.ts";
import { deployCommands } from "./flow-deploy.ts";
import { diffCommand } from "./flow-diff.ts";
import { besides, flowFolders } from "./flow-folder.ts";
import { requireTables } from "./flow-tables.ts";
import { readJson } from "./read-json.ts";

/**
 * `millrace flows validate|test` check flow folders without a server; `backtest` runs one over recorded messages;
 * `diff|deploy|rollback` ask one.
 */
export function flowsCommand(): Command {
  const flows = new Command("flows").description("Check flow files, compare versions, and say what runs.");
  flows
    .command("validate")
    .description("Say what is wrong with flows, by node and setting.")
    .argument("<folder...>", "folders that hold a flow.json")
    .option("--json", "print the problems as JSON")
    .addHelpText("after", "\nExample:\n  millrace flows validate flows/*")
    .action(validate);
  flows
    .command("test")
    .description("Run each flow on its cases.json and compare alarms, commands and points.")
    .argument(
      "<folder...>",
      "folders that hold a flow.json and a cases.json; flows beside them may take what they hand over, and look-ups find the tables of the folder tables beside them",
    )
    .option("--json", "print the results as JSON")
    .addHelpText("after", "\nExample:\n  millrace flows test flows/congestion")
    .action(test);
  flows.addCommand(backtestCommand());
  diffCommand(flows);
  deployCommands(flows);
  return flows;
}

function validate(folders: string[], { json }: { json?: true }) {
  const found = flowFolders(folders).map((folder) => ({
    folder,
    ...validateFlow(readJson(join(folder, "flow.json")), besides(folder)),
  }));
  if (json) print(found.map(({ folder, problems }) => ({ folder, problems })));
  else
    for (const { folder, problems } of found) {
      say(`${folder}: ${problems.length === 0 ? "ok" : `${problems.length} problem(s)`}`);
      for (const { node, condition, path, message } of problems)
        say(`  ${[node, condition, path].filter(Boolean).join(" ")}: ${message}`);
    }
  if (found.some(({ problems }) => problems.some(isError))) process.exitCode = 1;
}

function test(folders: string[], { json }: { json?: true }) {
  const found = flowFolders(folders).map((folder) => {
    const around = besides(folder);
    const { flow, problems } = validateFlow(readJson(join(folder, "flow.json")), around);
    if (flow) requireTables(folder, flow, around);
    if (!flow || problems.some(isError))
      throw new MillraceError(
        "invalid_flow",
        `${folder}: the flow has problems; run millrace flows validate ${folder}`,
      );
    const cases = casesSchema.safeParse(readJson(join(folder, "cases.json")));
    if (!cases.success) {
      const { path = [], message } = cases.error.issues[0] ?? {};
      throw new MillraceError("invalid_body", `${join(folder, "cases.json")}: ${path.join(".")} ${message}`);
    }
    return { folder, results: runCases(flow, cases.data, around) };
  });
  if (json) print(found);
  else
    for (const { folder, results } of found)
      for (const { title, passed, failures, path } of results) {
        say(`${passed ? "ok  " : "FAIL"} ${folder}: ${title}`);
        for (const failure of failures) say(`       ${failure}`);
        if (!passed && path.length > 0) say(`       path taken: ${path.join(" > ")}`);
      }
  if (found.some(({ results }) => results.some(({ passed }) => !passed))) process.exitCode = 1;
}

function print(value: unknown) {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

function say(line: string) {
  process.stdout.write(`${line}\n`);
}
