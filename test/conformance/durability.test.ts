import { afterEach, expect, test } from "vitest";
import { openRedisBackbone } from "../../engine/store/backbone/redis.ts";
import { startRedis } from "../support/redis.ts";

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Opens the backbone on a Redis with these settings; gives what was logged, or the error. */
async function opened(args: string[], isRelaxed = false): Promise<string[] | Error> {
  const redis = await startRedis({ appendfsync: "always", args });
  closing.push(() => redis.stop());
  const logged: string[] = [];
  try {
    const backbone = await openRedisBackbone({
      url: redis.url,
      prefix: "test",
      lanes: 1,
      isRelaxed,
      log: (message, error) => logged.push(`${message}: ${error.message}`),
    });
    closing.push(() => backbone.close());
    return logged;
  } catch (error) {
    return error as Error;
  }
}

const refused = [
  { args: ["--appendonly", "no"], mend: /appendonly is no\..*CONFIG SET appendonly yes/ },
  {
    args: ["--maxmemory-policy", "volatile-lru"],
    mend: /maxmemory-policy is volatile-lru\..*CONFIG SET maxmemory-policy noeviction/,
  },
];

test.each(refused)("$args is refused with the mend, unless the loss is wanted", async ({ args, mend }) => {
  const error = (await opened(args)) as Error;
  expect(error).toMatchObject({ code: "invalid_setting" });
  expect(error.message).toMatch(mend);
  expect(error.message).toContain("MILLRACE_REDIS_DURABILITY=relaxed");
  expect(await opened(args, true)).toEqual([expect.stringMatching(mend)]);
});

test("all that is weak is told at once", async () => {
  const error = (await opened(refused.flatMap(({ args }) => args))) as Error;
  for (const { mend } of refused) expect(error.message).toMatch(mend);
});

const accepted = [
  { args: [], logged: [] },
  {
    args: ["--appendfsync", "everysec"],
    logged: [/appendfsync is everysec\. A power cut can take .* last second or two/],
  },
  { args: ["--no-appendfsync-on-rewrite", "yes"], logged: [/no-appendfsync-on-rewrite is yes/] },
  { args: ["--rename-command", "CONFIG", ""], logged: [/CONFIG GET is forbidden/] },
  {
    args: ["--user", ..."default on nopass ~* &* +@all -config".split(" ")],
    logged: [/CONFIG GET is forbidden/],
  },
];

test.each(accepted)("$args is accepted, with a warning for what it can lose", async ({ args, logged }) => {
  expect(await opened(args)).toEqual(logged.map((sentence) => expect.stringMatching(sentence)));
});
