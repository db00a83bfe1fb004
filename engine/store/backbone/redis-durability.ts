import { MillraceError } from "../../model/errors.ts";
import type { Finding } from "../../model/finding.ts";
import type { RedisState } from "./redis-state.ts";

/** Whether a Redis keeps what it acknowledged: a finding for each of its settings that decide on it. */
export function durability({ place: at, config }: RedisState): Finding[] {
  const place = `redis ${at}`;
  if (!config)
    return [
      {
        check: "durability",
        place,
        level: "warn",
        found: "CONFIG GET is forbidden, so its settings cannot be read",
        mend: "See with whoever runs it that it has appendonly yes (or another way to keep each write) and maxmemory-policy noeviction.",
      },
    ];
  const judge = (check: string, isRight: boolean, level: "warn" | "fail", mend: string): Finding => {
    const found = config[check] ?? "unknown";
    return isRight ? { check, place, level: "ok", found } : { check, place, level, found, mend };
  };
  const appends = config.appendonly === "yes";
  return [
    judge(
      "appendonly",
      appends,
      "fail",
      "A restart of Redis loses acknowledged messages. Run CONFIG SET appendonly yes, and write it into redis.conf.",
    ),
    judge(
      "maxmemory-policy",
      config["maxmemory-policy"] === "noeviction",
      "fail",
      "Redis throws queued messages and state away when its memory is full. Run CONFIG SET maxmemory-policy noeviction, and write it into redis.conf.",
    ),
    ...(appends ? [syncing(judge, config), rewriting(judge, config)] : []),
  ];
}

type Judge = (check: string, isRight: boolean, level: "warn" | "fail", mend: string) => Finding;

function syncing(judge: Judge, { appendfsync }: Record<string, string>): Finding {
  const lost = appendfsync === "no" ? "half a minute" : "second or two";
  const mend = `A power cut can take what was acknowledged in the last ${lost}; the death of Redis alone takes nothing. Where that is too much, run CONFIG SET appendfsync always, and write it into redis.conf.`;
  return judge("appendfsync", appendfsync === "always", "warn", mend);
}

function rewriting(judge: Judge, config: Record<string, string>): Finding {
  return judge(
    "no-appendfsync-on-rewrite",
    config["no-appendfsync-on-rewrite"] !== "yes",
    "warn",
    "While Redis rewrites its file, a power cut can take what was acknowledged in the last half a minute. Run CONFIG SET no-appendfsync-on-rewrite no, and write it into redis.conf.",
  );
}

/**
 * Throws MillraceError `invalid_setting` when a Redis would lose what it acknowledged by more than a power cut, unless
 * that is wanted; logs what else is weak. The same weakness of several servers is told once.
 */
export function requireDurable(
  states: readonly RedisState[],
  { isRelaxed, log }: { isRelaxed: boolean; log(message: string, error: Error): void },
) {
  const refused: string[] = [];
  for (const same of alike(states.flatMap(durability)).values()) {
    const { check, level, found, mend } = same[0]!;
    if (level === "ok") continue;
    const sentence = `${same.map(({ place }) => place).join(", ")}: ${check} is ${found}. ${mend}`;
    if (level === "fail" && !isRelaxed) refused.push(sentence);
    else log("Redis keeps less than it could", new Error(sentence));
  }
  if (refused.length > 0)
    throw new MillraceError(
      "invalid_setting",
      [
        "Redis would lose what Millrace acknowledges:",
        ...refused.map((sentence) => `  ${sentence}`),
        "Mend that, or set MILLRACE_REDIS_DURABILITY=relaxed if the loss is acceptable.",
      ].join("\n"),
    );
}

function alike(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.check} ${finding.found}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return groups;
}
