import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { OtherFlow, Surroundings } from "../flow/surroundings.ts";
import { MillraceError } from "../model/errors.ts";
import { type Flow, flowSchema } from "../model/flow.ts";
import { jsonPlace } from "../model/json-place.ts";

/**
 * The flows in the folders beside this one, taken as deployed together with it. One that cannot be read is not there: it
 * says so itself when it is checked, and a flow that hands over to it says that it is unknown.
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
  return { flows };
}

function flowIn(file: string): Flow | undefined {
  try {
    return flowSchema.safeParse(readJson(file)).data;
  } catch {
    return undefined;
  }
}

/** JSON of a file. Throws a MillraceError that names it. */
export function readJson(file: string): unknown {
  if (!existsSync(file)) throw new MillraceError("not_found", `${file}: there is no such file.`);
  const text = readFileSync(file, "utf8");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MillraceError("invalid_body", `${file} is not JSON: ${jsonPlace(text, error as Error)}`);
  }
}
