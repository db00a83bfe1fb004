import { openAsk } from "../../../connectors/influx/ask.ts";
import { openInflux } from "../../../connectors/influx/open.ts";
import { baseUrl, type InfluxSettings } from "../../../connectors/influx/settings.ts";
import type { Finding } from "../../model/finding.ts";
import type { Settings } from "../../settings.ts";
import { influxPlace } from "../../stores.ts";
import { clock, findingsOf } from "./findings.ts";

const timeoutMs = 3000;

/** Looks at the InfluxDB that is set; writes one point to the measurement millrace_doctor. */
export async function examineInflux(settings: Settings): Promise<Finding[]> {
  const where = influxPlace(settings);
  if (!where) return [];
  const place = `influxdb ${new URL(where.url).host}`;
  const { ok, fail } = findingsOf(place);
  const series = openInflux({ ...where, timeoutMs });
  const tried = async (check: string, work: Promise<void>, mend: string) =>
    work.then(
      () => ok(check, "yes"),
      (error: Error) => fail(check, "no", `${error.message} ${mend}`),
    );
  try {
    const time = await clockOf(where, place);
    if (!time) return [await tried("reachable", series.check(), "")];
    return [
      await tried("readable", series.check(), "The token needs to read the bucket."),
      await tried(
        "writable",
        series.write([`millrace_doctor looked=1i ${Date.now()}`]),
        `The bucket or database ${where.bucket} has to be there, and the token needs to write to it.`,
      ),
      ...(await limitsOf({ ...where, timeoutMs }, place)),
      ...time,
    ];
  } finally {
    await series.close();
  }
}

const limits = ["max-values-per-tag", "max-series-per-database"];

/** How many devices version 1 takes points of; nothing where the server does not tell. */
async function limitsOf(settings: InfluxSettings, place: string): Promise<Finding[]> {
  if (settings.version !== 1) return [];
  const { ok, warn } = findingsOf(place);
  const [config] = await openAsk(settings)("SHOW DIAGNOSTICS FOR 'config-data'").catch(() => []);
  const told = limits.map((name) => [name, config?.values[0]?.[config.columns.indexOf(name)]] as const);
  if (told.some(([, limit]) => typeof limit !== "number")) return [];
  const set = told.filter(([, limit]) => limit !== 0);
  if (set.length === 0) return [ok("limits", "none")];
  const mend =
    "Beyond them points are refused: each device is a value of a tag, and a series in every measurement that flows save to. " +
    "With more than 50,000 devices, write into the section [data] of influxdb.conf: max-values-per-tag = 0, " +
    'max-series-per-database = 0, index-version = "tsi1", cache-snapshot-memory-size = "256m".';
  return [warn("limits", set.map(([name, limit]) => `${name} ${limit}`).join(", "), mend)];
}

/** Nothing when the server does not answer; no findings when it does not tell the time. */
async function clockOf(settings: InfluxSettings, place: string): Promise<Finding[] | undefined> {
  try {
    const startMs = Date.now();
    const { headers } = await fetch(`${baseUrl(settings)}/ping`, { signal: AbortSignal.timeout(timeoutMs) });
    const told = Date.parse(headers.get("date") ?? "");
    if (Number.isNaN(told)) return [];
    // The header tells whole seconds, cut off.
    return [clock(place, told + 500 - (startMs + Date.now()) / 2, 500)];
  } catch {
    return undefined;
  }
}
