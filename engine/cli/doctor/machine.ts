import { existsSync, mkdtempSync, rmdirSync, statfsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Finding } from "../../model/finding.ts";
import type { Settings } from "../../settings.ts";
import { findingsOf } from "./findings.ts";

const megabyte = 1024 * 1024;
const leastFree = 200 * megabyte;
const wantedFree = 2048 * megabyte;
const wantedFiles = 10_000;
const wantedNode = [20, 19] as const;

/** Looks at this machine: Node.js, the limit on open files, and the data folder where it is used. */
export function examineMachine(settings: Settings): Finding[] {
  const usesFolder = !settings.MILLRACE_REDIS_URL || !settings.MILLRACE_DATABASE_URL;
  return [
    nodeVersion(process.versions.node),
    openFiles(),
    ...(usesFolder ? dataFolder(resolve(settings.MILLRACE_DATA_DIR)) : []),
  ];
}

/** The finding on a version of Node.js, such as 20.19.0. */
export function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantedMajor, wantedMinor] = wantedNode;
  const isRight = major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
  const { ok, fail } = findingsOf("node");
  const wanted = wantedNode.join(".");
  return isRight ? ok("version", version) : fail("version", version, `Install Node.js ${wanted} or newer.`);
}

function openFiles(): Finding {
  const { ok, warn } = findingsOf("process");
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft: number | string } } };
  const limit = report.userLimits?.open_files?.soft;
  if (limit === undefined || limit === "unlimited" || Number(limit) >= wantedFiles)
    return ok("open files", `at most ${limit ?? "as many as the system has"}`);
  return warn(
    "open files",
    `at most ${limit}`,
    `Each connected device takes one: not many more than ${limit} can connect. Raise it with ulimit -n, or LimitNOFILE of the systemd unit.`,
  );
}

/** Findings on the folder: whether it can be written and has room. It is not made if it is missing. */
export function dataFolder(folder: string): Finding[] {
  const { ok, fail } = findingsOf(`folder ${folder}`);
  const mend = "Make it belong to the user that runs Millrace, or name another one in MILLRACE_DATA_DIR.";
  let nearest = folder;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  try {
    // Permissions alone do not tell: root has them all, also where nothing can be written.
    rmdirSync(mkdtempSync(join(nearest, "doctor-")));
  } catch (error) {
    return [fail("writable", `no (${(error as NodeJS.ErrnoException).code})`, mend)];
  }
  return [ok("writable", nearest === folder ? "yes" : "will be made at the start"), room(folder, nearest)];
}

function room(folder: string, there: string): Finding {
  const { ok, warn, fail } = findingsOf(`folder ${folder}`);
  const { bavail, bsize } = statfsSync(there);
  const free = bavail * bsize;
  const found = `${Math.round(free / megabyte)} MB`;
  const mend =
    "When it runs full nothing more is acknowledged. Make room, or name another MILLRACE_DATA_DIR.";
  if (free < leastFree) return fail("free space", found, mend);
  return free < wantedFree ? warn("free space", found, mend) : ok("free space", found);
}
