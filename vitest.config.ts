import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/support/database-template.ts",
    // Every suite starts servers of its own; two cores carry two suites.
    maxWorkers: 2,
    // On a slow machine that others use as well, what is waited for comes many times later.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    passWithNoTests: false,
  },
});
