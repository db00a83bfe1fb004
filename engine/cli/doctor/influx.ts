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
      ...time,
    ];
  } finally {
    await series.close();
  }
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
