import * as z from "zod";
import type { S3Place } from "./archive/s3-place.ts";

const text = z.string().min(1, "expected a text, or unset");

/** What clients of S3 are told by, beside the address in MILLRACE_ARCHIVE_DIR. */
export const s3Shape = {
  AWS_ENDPOINT_URL: z
    .url({ protocol: /^https?$/, error: "expected http:// or https:// and host:port" })
    .refine((url) => !/^https?:[/][/][^/]*@|[?#]/.test(url), "expected no user, password or question in it")
    .optional(),
  AWS_REGION: text.regex(/^[\w-]+$/, "expected a region, such as eu-central-1").default("us-east-1"),
  AWS_ACCESS_KEY_ID: text.optional(),
  AWS_SECRET_ACCESS_KEY: text.optional(),
  AWS_SESSION_TOKEN: text.optional(),
};

type S3Settings = z.infer<z.ZodObject<typeof s3Shape>> & { MILLRACE_ARCHIVE_DIR?: string | undefined };

const address = /^s3:[/][/]([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:[/][\w=-][\w.=-]*)*)[/]?$/;

export const isBucket = (dir: string | undefined): boolean => dir?.startsWith("s3:") ?? false;

/** What is wrong with the settings of the archive's bucket. */
export function s3Wrong(settings: S3Settings): { path: string[]; message: string }[] {
  const dir = settings.MILLRACE_ARCHIVE_DIR;
  if (!isBucket(dir)) {
    if (!/^\w+:[/][/]/.test(dir ?? "")) return [];
    return [{ path: ["MILLRACE_ARCHIVE_DIR"], message: "expected a folder, or s3://bucket/prefix" }];
  }
  const wrong: { path: string[]; message: string }[] = [];
  if (!address.test(dir!))
    wrong.push({
      path: ["MILLRACE_ARCHIVE_DIR"],
      message: "expected s3://bucket or s3://bucket/prefix, the prefix of letters, digits, _, -, =, . and /",
    });
  for (const key of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const)
    if (!settings[key])
      wrong.push({ path: [key], message: "is needed for the bucket in MILLRACE_ARCHIVE_DIR" });
  return wrong;
}

/** Where the archive's bucket is; undefined where MILLRACE_ARCHIVE_DIR is none. */
export function s3Place(settings: S3Settings): S3Place | undefined {
  const [, bucket, way] = address.exec(settings.MILLRACE_ARCHIVE_DIR ?? "") ?? [];
  if (bucket === undefined) return undefined;
  return {
    bucket,
    prefix: way ? `${way.slice(1)}/` : "",
    endpoint: settings.AWS_ENDPOINT_URL,
    region: settings.AWS_REGION,
    accessKeyId: settings.AWS_ACCESS_KEY_ID!,
    secretAccessKey: settings.AWS_SECRET_ACCESS_KEY!,
    sessionToken: settings.AWS_SESSION_TOKEN,
  };
}
