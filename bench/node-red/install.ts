import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { arch, platform } from "node:process";

const folder = join(import.meta.dirname, "../../../bench/peers");
export const modules = join(folder, "node_modules");

/** Installs the peers as their lock file says, unless that was done. */
export function installPeers(): void {
  const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
  const installed = join(modules, ".installed-lock.json");
  if (existsSync(installed) && readFileSync(installed, "utf8") === lock) return;
  process.stderr.write("Installing the peers, about a minute ...\n");
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, stderr, error } = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ci in bench/peers failed: ${error?.message ?? stderr}`);
  writeFileSync(installed, lock);
}

/** A Node.js as new as Node-RED 5 wants it: this one, or the one that was installed with the peers. */
export function nodeForPeers(): string {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major! > 22 || (major === 22 && minor! >= 9)) return process.execPath;
  const installed = join(modules, `node-${platform}-${arch}`, "bin/node");
  if (existsSync(installed)) return installed;
  throw new Error(
    `Node-RED 5 needs Node.js 22.9 or later; this is ${process.version} on ${platform}-${arch}.`,
  );
}
