import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "./temp-folder.ts";

const env = {
  ...process.env,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "Ana Ruiz",
  GIT_AUTHOR_EMAIL: "ana@example.org",
  GIT_COMMITTER_NAME: "Ana Ruiz",
  GIT_COMMITTER_EMAIL: "ana@example.org",
  GIT_MERGE_AUTOEDIT: "no",
};

/** Git itself, as a person uses it; gives what it says, and throws with what it complains of. */
export function git(dir: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd: dir, env, encoding: "utf8", stdio: "pipe" }).trimEnd();
}

/** A clone in a folder of its own. */
export function clone(from: string): string {
  const dir = join(tempFolder("clone"), "flows");
  git("/", "clone", "--quiet", from, dir);
  return dir;
}

/** Writes a file and commits it, with everything else that is there. */
export function commitFile(dir: string, path: string, content: string | object, message: string): void {
  writeFileSync(join(dir, path), typeof content === "string" ? content : JSON.stringify(content, null, 2));
  git(dir, "add", "--all");
  git(dir, "commit", "--quiet", "-m", message);
}
