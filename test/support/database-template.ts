import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants, existsSync, renameSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { openPglite, type Pglite } from "../../engine/store/pglite.ts";
import { removeFolder, tempFolder } from "./temp-folder.ts";

const root = join(import.meta.dirname, import.meta.dirname.includes("/dist/") ? "../../.." : "../..");

/** Runs once, before all suites: a place for the one empty database that they copy. */
export default function setup() {
  const folder = tempFolder("template");
  process.env.TEST_TEMPLATE_DIR = folder;
  return () => removeFolder(folder);
}

/**
 * Puts a copy of an empty embedded database where none is: making one takes seconds of computing. Does nothing outside
 * the suites.
 */
export async function copyDatabase(to: string): Promise<void> {
  const folder = process.env.TEST_TEMPLATE_DIR;
  if (!folder || existsSync(to)) return;
  const template = join(folder, "database");
  if (!existsSync(template)) await make(template);
  await cp(template, to, { recursive: true, mode: constants.COPYFILE_FICLONE });
}

/** An embedded database of its own for a suite. */
export async function openDatabase(): Promise<Pglite> {
  const dataDir = join(tempFolder("database"), "database");
  await copyDatabase(dataDir);
  return openPglite({ dataDir });
}

/** Several suites may do this at once; the first that is ready stays. */
async function make(template: string) {
  const own = `${template}-${process.pid}`;
  const maker = join(root, "dist/engine/store/pglite-create.js");
  const [code] = await once(spawn(process.execPath, [maker, own], { stdio: "inherit" }), "close");
  if (code !== 0) throw new Error(`${maker} ended with ${code}.`);
  try {
    renameSync(own, template);
  } catch (error) {
    removeFolder(own);
    if (!existsSync(template)) throw error;
  }
}
