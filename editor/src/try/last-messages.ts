import * as z from "zod";
import { encoded, get } from "../api.ts";
import { cellOf, type Row } from "./sample.ts";

const latestSchema = z.record(z.string(), z.object({ ts: z.string() }));
const valueSchema = z.union([z.number(), z.string(), z.boolean(), z.null()]);
const seriesSchema = z.object({ items: z.array(z.object({ ts: z.string(), value: valueSchema })) });

const kept = 20;
const spanMs = 15 * 60_000;

/** The last readings that were saved of a device, at most 20, as rows of a sample; oldest first. */
export async function lastMessages(device: string): Promise<Row[]> {
  const latest = await get(`/api/devices/${encoded(device)}/latest`, latestSchema);
  const keys = Object.keys(latest).slice(0, 12);
  const newest = Math.max(0, ...Object.values(latest).map(({ ts }) => Date.parse(ts)));
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
