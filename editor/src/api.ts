import * as z from "zod";
import { type ErrorCode, errorCatalogue } from "../../engine/model/errors.ts";
import { t } from "./text/text.ts";

/** What went wrong, as a sentence for the person at the screen. */
export class ApiError extends Error {
  readonly status: number;
  /** Of the server's problem document, whose English the message then is; the page's own sentences have none. */
  readonly code: ErrorCode | undefined;

  constructor(status: number, message: string, code?: ErrorCode) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
  }
}

const problemSchema = z.object({
  title: z.string(),
  detail: z.string().optional(),
  code: z
    .enum(Object.keys(errorCatalogue) as ErrorCode[])
    .optional()
    .catch(undefined),
});

async function refusal(response: Response): Promise<ApiError> {
  const { status } = response;
  const problem = problemSchema.safeParse(await response.json().catch(() => undefined)).data;
  if (!problem) return new ApiError(status, t("api.status", { status }));
  return new ApiError(status, problem.detail ?? problem.title, problem.code);
}

/** Asks the server; gives the answer's body, read by the schema, and its headers. Rejects with an ApiError. */
export async function request<T>(
  path: string,
  schema: z.ZodType<T>,
  init: RequestInit,
): Promise<{ body: T; headers: Headers }> {
  const response = await fetch(path, init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, t("api.away"));
  });
  if (!response.ok) throw await refusal(response);
  const answer = schema.safeParse(await response.json().catch(() => undefined));
  if (answer.success) return { body: answer.data, headers: response.headers };
  const where = answer.error.issues[0]?.path.join(".") || t("api.whole");
  throw new ApiError(response.status, t("api.unfit", { path: path.split("?")[0], where }));
}

type Query = Record<string, string | number | undefined>;

/** GETs JSON; parameters that are undefined or empty are left out. Rejects with an ApiError. */
export async function get<T>(
  path: string,
  schema: z.ZodType<T>,
  query: Query = {},
  signal?: AbortSignal,
): Promise<T> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== "") search.set(name, String(value));
  return (await request(search.size > 0 ? `${path}?${search}` : path, schema, { signal })).body;
}

/** POSTs JSON. `key` goes out as Idempotency-Key. Rejects with an ApiError. */
export async function post<T>(
  path: string,
  schema: z.ZodType<T>,
  body: unknown = {},
  key?: string,
): Promise<T> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (key) headers["idempotency-key"] = key;
  return (await request(path, schema, { method: "POST", headers, body: JSON.stringify(body) })).body;
}

/** One page of a list, as the server sends it. */
export function pageOf<T>(item: z.ZodType<T>) {
  return z.object({ items: z.array(item), next: z.string().nullish() });
}

export function encoded(id: string): string {
  return encodeURIComponent(id);
}
