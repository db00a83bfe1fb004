import { defineConfig } from "vitest/config";

/** Folders of suites that compute and start nothing: they can share a process and what it has loaded. */
const pure = "docs|editor|flow|flows|nodes|rules";

export default defineConfig({
  test: {
    // Every suite but the pure ones starts servers of its own; two cores carry two suites.
    maxWorkers: 2,
    // On a slow machine that others use as well, what is waited for comes many times later.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    passWithNoTests: false,
    // They run in the order of their names: the short ones last, when one worker may have a long one still.
    projects: [
      {
        extends: true,
        test: {
          name: "processes",
          // No `exclude`: it would take the place of the one on the command line.
          include: ["test/*.test.ts", `test/!(${pure})/**/*.test.ts`],
          globalSetup: "test/support/database-template.ts",
          // Most embedded databases live for seconds: their WebAssembly is compiled once, not again where it runs often.
          execArgv: ["--liftoff-only"],
        },
      },
      { extends: true, test: { name: "pure", include: [`test/@(${pure})/**/*.test.ts`], isolate: false } },
    ],
  },
});
