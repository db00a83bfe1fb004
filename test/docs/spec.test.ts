import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const tests = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => readFileSync(join(root, "test", file), "utf8"))
  .join("\n");
const spec = readFileSync(join(root, "docs/spec/node.md"), "utf8");
const rules = spec.split(/^(?=\d+\. )/m).slice(1);

test("every rule for kinds of nodes says MUST and names a test that is there", () => {
  expect(rules.length).toBeGreaterThan(10);
  for (const [index, rule] of rules.entries()) {
    expect(rule).toMatch(new RegExp(`^${index + 1}\\. `));
    expect(rule).toContain("MUST");
    const [, name] = /_"([^"]+)"_/.exec(rule.replaceAll(/\s+/g, " ")) ?? [];
    expect(name, rule).toBeDefined();
    expect(tests, name).toContain(`"${name}"`);
  }
});
