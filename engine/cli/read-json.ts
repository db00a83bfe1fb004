import { existsSync, readFileSync } from "node:fs";
import { MillraceError } from "../model/errors.ts";
import { jsonPlace } from "../model/json-place.ts";

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
