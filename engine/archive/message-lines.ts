import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import * as z from "zod";
import { sentence, told } from "../flow/sentence.ts";
import type { MessageFile } from "../model/backtest.ts";
import { MillraceError } from "../model/errors.ts";
import { messageTypes } from "../model/message.ts";
import { valuesSchema } from "../model/value.ts";
import { csvRows } from "./csv-rows.ts";

const time = z.union(
  [z.number().int(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))],
  { error: "must be ms since the epoch, or a time such as 2026-11-26T08:00:00Z" },
);
const lineSchema = z.strictObject({
  device: z.string().min(1).max(128),
  name: z.string().max(128).optional(),
  profile: z.string().max(64).optional(),
  attributes: valuesSchema.optional(),
  at: time.meta({ description: "Arrival" }),
  ts: time.optional().meta({ description: "Event time; the arrival where left out" }),
  type: z.enum(messageTypes).optional(),
  values: valuesSchema,
});
export type MessageLine = z.infer<typeof lineSchema>;

export interface NumberedLine {
  /** From 1, as an editor or a spreadsheet counts. */
  number: number;
  line: MessageLine;
}

/** Reads a file line by line. Throws MillraceError `invalid_body` that names the line, or the row, and the mend. */
export async function* messageLines(
  path: string,
  format: MessageFile["format"],
): AsyncIterable<NumberedLine> {
  const source = format === "csv" ? csvRows(path) : jsonLines(path);
  for await (const { number, json } of source) {
    const read = lineSchema.safeParse(json, { error: sentence, reportInput: true });
    const place = `${format === "csv" ? "Row" : "Line"} ${number}`;
    if (!read.success)
      throw new MillraceError("invalid_body", `${place}: ${told(read.error.issues[0]!, "The line")}`);
    yield { number, line: read.data };
  }
}

async function* jsonLines(path: string): AsyncIterable<{ number: number; json: unknown }> {
  let number = 0;
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const text of lines) {
    number++;
    if (text.trim() === "") continue;
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw new MillraceError(
        "invalid_body",
        `Line ${number}: it is not JSON: ${(error as Error).message}. Write one object for each message.`,
      );
    }
    yield { number, json };
  }
}
