import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes an empty folder of its own; it goes when this process ends, or earlier by `removeFolder`. */
export function tempFolder(name = "test"): string {
  const folder = mkdtempSync(join(tmpdir(), `millrace-${name}-`));
  process.once("exit", () => removeFolder(folder));
  process.setMaxListeners(0);
  return folder;
}

/** Deletes a folder with all that is in it; one that is gone already is fine. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}
