import { MillraceError } from "../../engine/model/errors.ts";
import { away, saying } from "./away.ts";
import { authorization, baseUrl, databaseOf, type InfluxSettings, timeoutOf } from "./settings.ts";

/** One series of an answer: rows of values in the order of `columns`; the first column is the time in ms. */
export interface Answer {
  name: string;
  columns: string[];
  values: (number | string | boolean | null)[][];
}

/** Asks one InfluxQL statement. GET lets nothing but reading through, whatever the statement says. */
export type Ask = (statement: string) => Promise<Answer[]>;

export function openAsk(settings: InfluxSettings): Ask {
  const url = `${baseUrl(settings)}/query`;
  const headers = { accept: "application/json", ...authorization(settings) };
  const timeoutMs = timeoutOf(settings);
  const fixed = { ...databaseOf(settings), epoch: "ms" };
  return async (statement) => {
    const { status, body } = await get(
      `${url}?${new URLSearchParams({ ...fixed, q: statement })}`,
      headers,
      timeoutMs,
    );
    const answer = parse(body);
    const error = answer?.error ?? answer?.message ?? answer?.results?.[0]?.error;
    if (answer?.results && error === undefined) return answer.results[0]?.series ?? [];
    const said = error ?? `status ${status}: ${body.slice(0, 200)}`;
    if (status !== 200 || !answer || /not found/i.test(said)) throw away(said);
    throw new MillraceError("internal", `InfluxDB cannot answer the query: ${said}`);
  };
}

async function get(
  url: string,
  headers: Record<string, string>,
  timeoutMs: number,
): Promise<{ status: number; body: string }> {
  try {
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
    return { status: answer.status, body: await answer.text() };
  } catch (error) {
    throw away(saying(error), error);
  }
}

interface Body {
  results?: { series?: Answer[]; error?: string }[];
  error?: string;
  message?: string;
}

function parse(body: string): Body | undefined {
  try {
    return JSON.parse(body) as Body;
  } catch {
    return undefined;
  }
}

/** A name in InfluxQL, whatever it holds. */
export const identifier = (name: string): string => `"${escaped(name).replaceAll('"', '\\"')}"`;

/** A text in InfluxQL, whatever it holds. */
export const literal = (text: string): string => `'${escaped(text).replaceAll("'", "\\'")}'`;

const escaped = (text: string) => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
