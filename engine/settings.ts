import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import * as z from "zod";
import { MillraceError } from "./model/errors.ts";
import { isBucket, s3Shape, s3Wrong } from "./s3-settings.ts";

const port = z.coerce
  .number("expected a port, 0 to 65535")
  .int("expected a port, 0 to 65535")
  .min(0, "expected a port, 0 to 65535")
  .max(65535, "expected a port, 0 to 65535");
const text = z.string().min(1, "expected a text, or unset");
const hostList = z
  .string()
  .default("")
  .transform((list) =>
    list
      .split(",")
      .map((host) => host.trim())
      .filter(Boolean),
  )
  .pipe(
    z.array(
      z
        .string()
        .regex(
          /^(\*\.)?[A-Za-z0-9_][A-Za-z0-9._:-]*$|^[0-9a-fA-F:]+$/,
          "expected a comma list of hosts, such as hooks.example.org,*.example.com",
        ),
    ),
  );
const loopback = ["127.0.0.1", "::1", "localhost"];
const roles = ["connector", "worker", "api"] as const;

const schema = z
  .object({
    MILLRACE_HOST: text.default("127.0.0.1"),
    MILLRACE_HTTP_PORT: port.default(8080),
    MILLRACE_MQTT_PORT: port.default(1883),
    MILLRACE_COAP_PORT: port.default(5683),
    MILLRACE_DATA_DIR: text.default("./data"),
    MILLRACE_FLOWS_DIR: text.optional(),
    MILLRACE_FLOWS_BRANCH: text
      .regex(/^[A-Za-z0-9_][\w-]*([./][\w-]+)*$/, "expected the name of a branch, such as main")
      .default("main"),
    MILLRACE_FLOWS_REMOTE: z
      .url({
        protocol: /^https?$/,
        error: "expected https:// or http:// and the address of a Git repository",
      })
      .refine((url) => !/^https?:[/][/][^/]*@/.test(url), {
        message:
          "holds a user or password; set MILLRACE_FLOWS_REMOTE_USER and MILLRACE_FLOWS_REMOTE_TOKEN_FILE instead",
      })
      .optional(),
    MILLRACE_FLOWS_REMOTE_USER: text.default("git"),
    MILLRACE_FLOWS_REMOTE_TOKEN: text.optional(),
    MILLRACE_REDIS_URL: text
      .regex(
        /^rediss?:\/\/\S+$/,
        "expected redis:// or rediss:// and host:port; several hosts with commas for a cluster",
      )
      .optional(),
    MILLRACE_REDIS_PREFIX: text.regex(/^[\w-]+$/, "expected letters, digits, _ and -").default("millrace"),
    MILLRACE_REDIS_DURABILITY: z
      .enum(["strict", "relaxed"], "expected strict, or relaxed where Redis may lose what was acknowledged")
      .default("strict"),
    MILLRACE_DATABASE_URL: text
      .regex(/^postgres(ql)?:\/\/\S+$/, "expected postgres://user@host:port/database")
      .optional(),
    MILLRACE_INFLUX_URL: z
      .url({ protocol: /^https?$/, error: "expected http:// or https:// and host:port" })
      .optional(),
    MILLRACE_INFLUX_TOKEN: text.optional(),
    MILLRACE_INFLUX_ORG: text.optional(),
    MILLRACE_INFLUX_BUCKET: text.default("millrace"),
    MILLRACE_INFLUX_VERSION: z.enum(["1", "2", "3"], "expected 1, 2 or 3").default("2"),
    MILLRACE_ROLES: z
      .string()
      .default("all")
      .transform((list) => (list === "all" ? [...roles] : list.split(",").map((role) => role.trim())))
      .pipe(z.array(z.enum(roles, `expected "all" or a comma list of ${roles.join(", ")}`)).min(1)),
    MILLRACE_LANES: z.coerce
      .number("expected a whole number")
      .int()
      .min(1)
      .max(256, "expected at most 256")
      .optional(),
    MILLRACE_THREADS: z.coerce
      .number("expected a whole number")
      .int()
      .min(1)
      .max(64, "expected at most 64")
      .default(Math.max(1, availableParallelism() - 1)),
    MILLRACE_AUTH: z
      .literal(
        "off",
        'expected "off": signing in comes with a later version, until then Millrace listens on loopback only',
      )
      .default("off"),
    MILLRACE_NOTIFY_HOSTS: hostList,
    MILLRACE_NOTIFY_INTERNAL_HOSTS: hostList,
    MILLRACE_MAX_AHEAD_MS: z.coerce.number("expected milliseconds").int().min(0).default(3_600_000),
    MILLRACE_ARCHIVE: z.enum(["on", "off"], "expected on or off").default("on"),
    MILLRACE_ARCHIVE_DIR: text.optional(),
    ...s3Shape,
    MILLRACE_ARCHIVE_DAYS: z.coerce
      .number("expected days, at least 1")
      .min(1, "expected days, at least 1")
      .default(30),
    MILLRACE_ARCHIVE_MB: z.coerce
      .number("expected MB, at least 10")
      .min(10, "expected MB, at least 10")
      .default(2048),
    MILLRACE_LOG_LEVEL: z
      .enum(["debug", "info", "warn", "error"], "expected debug, info, warn or error")
      .default("info"),
  })
  .superRefine((all, context) => {
    if (!loopback.includes(all.MILLRACE_HOST))
      context.addIssue({
        code: "custom",
        path: ["MILLRACE_HOST"],
        message: `expected a loopback address (${loopback.join(", ")}) while MILLRACE_AUTH is off`,
      });
    const remote = all.MILLRACE_FLOWS_REMOTE && new URL(all.MILLRACE_FLOWS_REMOTE);
    const isOpen =
      remote && remote.protocol === "http:" && !loopback.includes(remote.hostname.replace(/^\[|\]$/g, ""));
    if (isOpen && all.MILLRACE_FLOWS_REMOTE_TOKEN)
      context.addIssue({
        code: "custom",
        path: ["MILLRACE_FLOWS_REMOTE"],
        message: "expected https://, or the token would be sent for everyone to read",
      });
    for (const issue of s3Wrong(all)) context.addIssue({ code: "custom", ...issue });
    if (all.MILLRACE_ROLES.length < roles.length && !(all.MILLRACE_REDIS_URL && all.MILLRACE_DATABASE_URL))
      context.addIssue({
        code: "custom",
        path: ["MILLRACE_ROLES"],
        message:
          "can be divided only where MILLRACE_REDIS_URL and MILLRACE_DATABASE_URL are set, which processes share",
      });
  });

export type Settings = z.infer<typeof schema>;

/**
 * Reads MILLRACE_* from the environment, and AWS_* where the archive is in a bucket; `X_FILE` names a file that holds X.
 * Empty means unset.
 * Throws MillraceError `invalid_setting` that lists everything that is wrong, never a value that may be secret.
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const wrong: string[] = [];
  const given: Record<string, string> = {};
  const usesBucket = isBucket(environment.MILLRACE_ARCHIVE_DIR);
  const isOurs = (name: string) =>
    name.startsWith("MILLRACE_") || (usesBucket && Object.hasOwn(s3Shape, name.replace(/_FILE$/, "")));
  for (const [name, value] of Object.entries(environment)) {
    if (!isOurs(name) || !value) continue;
    if (!name.endsWith("_FILE")) {
      given[name] = value;
      continue;
    }
    try {
      given[name.slice(0, -"_FILE".length)] = readFileSync(value, "utf8").trim();
    } catch (error) {
      wrong.push(`${name}: the file cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
  }
  for (const name of Object.keys(given))
    if (!Object.hasOwn(schema.shape, name)) wrong.push(`${name}: this version has no such setting`);
  const read = schema.safeParse(given);
  for (const { path, message } of read.error?.issues ?? []) wrong.push(`${String(path[0])}: ${message}`);
  if (wrong.length > 0 || !read.success)
    throw new MillraceError(
      "invalid_setting",
      `Settings to mend:\n${wrong.map((line) => `  ${line}`).join("\n")}`,
    );
  return read.data;
}
