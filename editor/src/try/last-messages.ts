import * as z from "zod";
import { valuesSchema } from "../../../engine/model/value.ts";
import { encoded, get } from "../api.ts";
import { cellOf, type Row } from "./sample.ts";

const deviceSchema = z.object({ profile: z.string() });
const latestSchema = z.record(z.string(), z.object({ ts: z.string() }));
const valueSchema = z.union([z.number(), z.string(), z.boolean(), z.null()]);
const seriesSchema = z.object({ items: z.array(z.object({ ts: z.string(), value: valueSchema })) });

const kept = 20;
const spanMs = 15 * 60_000;

/** The last readings that were saved of a device, at most 20, as rows of a sample; oldest first. */
export async function lastMessages(device: string): Promise<Row[]> {
  const path = `/api/devices/${encoded(device)}`;
  const [latest, { profile }] = await Promise.all([
    get(`${path}/latest`, latestSchema),
    get(path, deviceSchema),
  ]);
  const sent = await get(`/api/profiles/${encoded(profile)}/fields`, valuesSchema);
  // What flows made of the readings is saved beside them; where nothing was seen of the profile yet, none is told apart.
  const isSent = (key: string) => Object.hasOwn(sent, key) || Object.keys(sent).length === 0;
  const keys = Object.keys(latest).filter(isSent).slice(0, 12);
  const newest = Math.max(0, ...keys.map((key) => Date.parse(latest[key]!.ts)));
  const byTime = new Map<number, Record<string, string>>();
  const query = { device, from: newest - spanMs, to: newest + 1, limit: 5000 };
  const series = await Promise.all(keys.map((key) => get("/api/series", seriesSchema, { ...query, key })));
  for (const [index, { items }] of series.entries())
    for (const { ts, value } of items) {
      const cells = byTime.get(Date.parse(ts)) ?? {};
      cells[keys[index]!] = cellOf(value);
      byTime.set(Date.parse(ts), cells);
    }
  const times = [...byTime.keys()].sort((a, b) => a - b).slice(-kept);
  return times.map((ms) => ({ after: `${Math.round((ms - times[0]!) / 1000)}s`, cells: byTime.get(ms)! }));
}
