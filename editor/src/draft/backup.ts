import * as z from "zod";
import { type Flow, flowSchema } from "../../../engine/model/flow.ts";

const backupSchema = z.object({ flow: flowSchema, base: flowSchema, etag: z.string() });
/** Edits not yet at the server, and the draft they began from. */
export type Backup = z.infer<typeof backupSchema>;

const nameOf = (id: string) => `millrace-draft:${id}`;

export function readBackup(id: string): Backup | undefined {
  try {
    return backupSchema.safeParse(JSON.parse(localStorage.getItem(nameOf(id)) ?? "null")).data;
  } catch {
    return undefined;
  }
}

/** Keeps the edits in this browser. A full or forbidden store loses nothing that is still on the page. */
export function keepBackup(flow: Flow, base: Flow, etag: string) {
  try {
    localStorage.setItem(nameOf(flow.id), JSON.stringify({ flow, base, etag } satisfies Backup));
  } catch {
    // Nothing to be done about it here.
  }
}

export function dropBackup(id: string) {
  try {
    localStorage.removeItem(nameOf(id));
  } catch {
    // As above.
  }
}
