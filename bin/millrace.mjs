#!/usr/bin/env node
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const built = [join(root, "dist/engine/cli/millrace.js"), join(root, "dist/editor/index.html")];

/** The newest change below a folder, in ms since the epoch. */
function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) latest = Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return latest;
}

function isStale() {
  if (!built.every((file) => existsSync(file))) return true;
  if (!existsSync(join(root, "node_modules/typescript"))) return false;
  const since = Math.min(...built.map((file) => statSync(file).mtimeMs));
  return ["engine", "connectors", "editor"].some((folder) => newest(join(root, folder)) > since);
}

if (isStale()) {
  process.stderr.write("Building Millrace, this takes some seconds ...\n");
  const made = spawnSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: ["ignore", 2, 2] });
  if (made.status !== 0) {
    process.stderr.write("The build failed; run npm ci, then npm run build to see why.\n");
    process.exit(1);
  }
}
await import("../dist/engine/cli/millrace.js");
