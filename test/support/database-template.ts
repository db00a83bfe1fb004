import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants, existsSync, mkdirSync, renameSync, rmdirSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openPglite, type Pglite } from "../../engine/store/pglite.ts";
import { openTableSeries } from "../../engine/store/series/table.ts";
import { removeFolder, tempFolder } from "./temp-folder.ts";

const root = join(import.meta.dirname, import.meta.dirname.includes("/dist/") ? "../../.." : "../..");

/** Runs once, before all suites: a place for the one database that they copy. */
export default function setup() {
  const folder = tempFolder("template");
  process.env.TEST_TEMPLATE_DIR = folder;
  return () => removeFolder(folder);
}

/**
 * Puts a copy of an embedded database with empty tables where none is: making one takes seconds of computing. Does
 * nothing outside the suites.
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

/** Several suites may want it at once; one makes it, and the others wait. */
async function make(template: string): Promise<void> {
  const begun = `${template}-begun`;
  try {
    mkdirSync(begun);
  } catch {
    while (existsSync(begun)) await sleep(50);
    return existsSync(template) ? undefined : make(template);
  }
  try {
    const own = `${template}-made`;
    const maker = join(root, "dist/engine/store/pglite-create.js");
    const [code] = await once(spawn(process.execPath, [maker, own], { stdio: "inherit" }), "close");
    if (code !== 0) throw new Error(`${maker} ended with ${code}.`);
    await furnish(own);
    renameSync(own, template);
  } finally {
    rmdirSync(begun);
  }
}

/** Gives it all tables, and drops what PostgreSQL keeps to make further databases from: two thirds of the files. */
async function furnish(dataDir: string): Promise<void> {
  const database = await openPglite({ dataDir });
  await database.registry.check();
  await openTableSeries(database);
  await database.query("update pg_database set datistemplate = false");
  for (const spare of ["template0", "template1"]) await database.query(`drop database ${spare}`);
  await database.end();
}
