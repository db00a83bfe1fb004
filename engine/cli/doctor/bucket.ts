import { randomUUID } from "node:crypto";
import { type ArchiveFiles, openBucket } from "../../archive/files.ts";
import { addressOf } from "../../archive/s3-place.ts";
import type { Finding } from "../../model/finding.ts";
import { s3Place } from "../../s3-settings.ts";
import type { Settings } from "../../settings.ts";
import { findingsOf } from "./findings.ts";

/** Looks at the archive's bucket, where there is one: puts a small object, reads, lists and deletes it. */
export async function examineBucket(settings: Settings): Promise<Finding[]> {
  const where = s3Place(settings);
  if (!where || settings.MILLRACE_ARCHIVE === "off") return [];
  const { ok, fail } = findingsOf(`archive ${addressOf(where)}`);
  const bucket = await openBucket(where);
  const name = `doctor/${randomUUID()}`;
  const checks: [check: string, work: () => Promise<unknown>][] = [
    ["writable", () => bucket.put(name, Buffer.from("millrace doctor"))],
    ["readable", () => bucket.read(name, 0, 8)],
    ["listable", () => listAll(bucket)],
    ["deletable", () => bucket.delete(name)],
  ];
  const findings: Finding[] = [];
  for (const [check, work] of checks) {
    try {
      await work();
      findings.push(ok(check, "yes"));
    } catch (error) {
      findings.push(fail(check, "no", (error as Error).message));
      // What is not there can neither be read nor deleted.
      if (check === "writable") break;
    }
  }
  return findings;
}

async function listAll(bucket: ArchiveFiles) {
  for await (const _ of bucket.list({ from: "doctor", to: "doctor" }));
}
