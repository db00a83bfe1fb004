import type { Registry } from "../../../../engine/store/registry.ts";

const writes: ReadonlySet<string | symbol> = new Set([
  ...["putRepositoryState", "versionRecorded", "takeVersion", "deploy", "forgetCommits"],
  ...["beginCandidate", "abandonCandidate"],
]);

/** The registry, until the `nth` write; that one and all after it never come, or come and nobody hears of it. */
export function dying(nth: number, isDone: boolean) {
  let count = 0;
  const through = (registry: Registry): Registry =>
    new Proxy(registry, {
      get(all, name) {
        const method = Reflect.get(all, name) as (...args: unknown[]) => Promise<unknown>;
        if (!writes.has(name)) return method;
        return async (...args: unknown[]) => {
          if (++count < nth) return await method(...args);
          if (isDone && count === nth) await method(...args);
          throw new Error("the process is dead");
        };
      },
    });
  return { through, wasReached: () => count >= nth };
}
