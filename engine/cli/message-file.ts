import { existsSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import type { MessageFile, UploadedMessages } from "../model/backtest.ts";
import { MillraceError } from "../model/errors.ts";
import { ask } from "./flow-diff.ts";

/** The file that --data names; CSV by its ending, else NDJSON. */
export function messageFile(path: string, profile: string): MessageFile {
  if (!existsSync(path))
    throw new MillraceError(
      "not_found",
      `${path}: there is no such file. Name a file of messages with --data.`,
    );
  return { path, format: extname(path).toLowerCase() === ".csv" ? "csv" : "ndjson", profile };
}

/** Lends the file to a server for a backtest; gives the id that it has there. */
export async function uploadMessages(
  server: string,
  { path, format, profile }: MessageFile,
): Promise<UploadedMessages> {
  const type = format === "csv" ? "text/csv" : "application/x-ndjson";
  return ask(`${server}/api/message-files?profile=${encodeURIComponent(profile)}`, readFileSync(path), type);
}
