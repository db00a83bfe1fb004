import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { OtherFlow, Surroundings } from "../flow/surroundings.ts";
import { type Flow, flowSchema } from "../model/flow.ts";
import { readTables, tablesFolder } from "./flow-tables.ts";
import { readJson } from "./read-json.ts";

/** Without the folder of tables, which a pattern such as `flows/*` names, too. */
export function flowFolders(folders: readonly string[]): string[] {
  const isTables = (folder: string) =>
    basename(resolve(folder)) === tablesFolder && !existsSync(join(folder, "flow.json"));
  return folders.filter((folder) => folders.length === 1 || !isTables(folder));
}

/**
 * The flows in the folders beside this one, taken as deployed together with it, and the tables of the folder `tables`.
 * A flow that cannot be read is not there: it says so itself when it is checked, and a flow that hands over to it says
 * that it is unknown.
 */
export function besides(folder: string): Surroundings {
  const parent = join(folder, "..");
  const flows = new Map<string, OtherFlow>();
  for (const entry of readdirSync(parent, { withFileTypes: true })) {
    const file = join(parent, entry.name, "flow.json");
    if (!entry.isDirectory() || !existsSync(file)) continue;
    const flow = flowIn(file);
    if (flow) flows.set(flow.id, { version: 0, definition: flow });
  }
  const tables = readTables(join(parent, tablesFolder));
  return { flows, ...(tables && { tables }) };
}

function flowIn(file: string): Flow | undefined {
  try {
    return flowSchema.safeParse(readJson(file)).data;
  } catch {
    return undefined;
  }
}
