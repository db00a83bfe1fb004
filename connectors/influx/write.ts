import http from "node:http";
import https from "node:https";
import { HttpError, InfluxDB, RequestTimedOutError } from "@influxdata/influxdb-client";
import { MillraceError } from "../../engine/model/errors.ts";
import { findRefused, pointsRefused } from "../../engine/model/refused-points.ts";
import type { Series } from "../../engine/model/series.ts";
import { away, saying } from "./away.ts";
import { splitLines } from "./lines.ts";
import { authorization, baseUrl, databaseOf, type InfluxSettings, timeoutOf } from "./settings.ts";

/** Characters of one request; servers refuse bodies above 10 to 50 MB. */
const maxRequest = 4_000_000;

/** Bad points, and a body too large: the same request fails for ever, but halves of it may not. */
const refusals = [400, 413, 422];

/** Writes through the official client, without its retry buffer: that one drops points in a long outage. */
export function openWriter(settings: InfluxSettings): Pick<Series, "write" | "close"> {
  const agent = new (settings.url.startsWith("https:") ? https : http).Agent({
    keepAlive: true,
    maxSockets: 4,
  });
  const api = clientOf(settings, agent).getWriteApi(settings.org ?? "", settings.bucket, "ms", {
    maxRetries: 0,
    // One record is one whole request, sent by flush alone: only then does its failure reach us.
    batchSize: 2,
    maxBatchBytes: Number.POSITIVE_INFINITY,
    flushInterval: 0,
    // The network to the store is near; packing and unpacking would cost both sides more than sending.
    gzipThreshold: Number.POSITIVE_INFINITY,
    // The failure is the caller's to report; without this the client writes to the console.
    writeFailed: (error) => Promise.reject(error),
  });
  if (settings.version === 1)
    api.path = `/write?${new URLSearchParams({ ...databaseOf(settings), precision: "ms" })}`;

  /** Resolves to the server's sentence when it will never take these lines; to undefined when they are written. */
  async function refusalOf(lines: string): Promise<string | undefined> {
    try {
      api.writeRecord(lines);
      await api.flush();
      return undefined;
    } catch (error) {
      // The client leaves a request that timed out open; its connection must not be used again.
      if (error instanceof RequestTimedOutError) agent.destroy();
      if (error instanceof HttpError && refusals.includes(error.statusCode)) return sentenceOf(error);
      throw away(error instanceof HttpError ? sentenceOf(error) : saying(error), error);
    }
  }

  async function writeLines(lines: string) {
    const refusal = await refusalOf(lines);
    if (refusal === undefined) return;
    const refused = await findRefused(splitLines(lines), refusal, (part) => refusalOf(part.join("\n")));
    throw pointsRefused(refused.map(({ points, message }) => ({ points: points.join("\n"), message })));
  }

  return {
    async write(batches) {
      const refused: unknown[] = [];
      for (const lines of requests(batches))
        await writeLines(lines).catch((error) => {
          if (!(error instanceof MillraceError) || error.code !== "points_refused") throw error;
          refused.push(...((error.details?.refused as unknown[]) ?? []));
        });
      if (refused.length > 0) throw pointsRefused(refused as Parameters<typeof pointsRefused>[0]);
    },
    async close() {
      await api.close();
      agent.destroy();
    },
  };
}

function clientOf(settings: InfluxSettings, agent: http.Agent): InfluxDB {
  try {
    return new InfluxDB({
      url: baseUrl(settings),
      headers: authorization(settings),
      timeout: timeoutOf(settings),
      transportOptions: { agent },
    });
  } catch (error) {
    throw new MillraceError("invalid_setting", `MILLRACE_INFLUX_URL cannot be used: ${saying(error)}.`);
  }
}

function requests(batches: readonly string[]): string[] {
  const joined: string[] = [];
  for (const lines of batches) {
    if (lines === "") continue;
    const last = joined.length - 1;
    if (last >= 0 && joined[last]!.length + lines.length < maxRequest) joined[last] += `\n${lines}`;
    else joined.push(lines);
  }
  return joined;
}

/** Versions 1 and 3 say `error`, version 2 says `message`; version 3 tells of lines in `data`. */
function sentenceOf({ json, message, statusCode, body }: HttpError): string {
  const said = json?.data?.[0]?.error_message ?? json?.message ?? json?.error;
  return typeof said === "string" ? said : body || message || `status ${statusCode}`;
}
