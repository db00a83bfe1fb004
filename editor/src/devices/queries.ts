import { keepPreviousData, useQuery } from "@tanstack/react-query";
import * as z from "zod";
import { type Device, deviceContextSchema, deviceSchema } from "../../../engine/model/device.ts";
import { encoded, get, pageOf } from "../api.ts";

const scalar = z.union([z.number(), z.string(), z.boolean(), z.null()]);
const latestSchema = z.record(z.string(), z.object({ ts: z.string(), value: scalar }));
export type Latest = z.infer<typeof latestSchema>;

/** Devices by name, at most 20. */
export function useDevices(search: string) {
  return useQuery<{ devices: Device[]; more: boolean }>({
    queryKey: ["devices", search],
    placeholderData: keepPreviousData,
    // Someone who looks at an empty list is about to create a device.
    refetchInterval: ({ state }) => (search === "" && state.data?.devices.length === 0 ? 2000 : 15_000),
    queryFn: async ({ signal }) => {
      const { items, next } = await get("/api/devices", pageOf(deviceSchema), { search, limit: 20 }, signal);
      return { devices: items, more: Boolean(next) };
    },
  });
}

export function useDevice(id: string) {
  return useQuery({
    queryKey: ["device", id],
    refetchInterval: 15_000,
    queryFn: ({ signal }) => get(`/api/devices/${encoded(id)}`, deviceSchema, {}, signal),
  });
}

/** What a flow sees of the device, with those that it names. */
export function useDeviceContext(id: string | undefined) {
  return useQuery({
    queryKey: ["device-context", id],
    enabled: id !== undefined,
    refetchInterval: 15_000,
    queryFn: ({ signal }) => get(`/api/devices/${encoded(id!)}/context`, deviceContextSchema, {}, signal),
  });
}

const infoSchema = z.object({ mqtt: z.string().nullable(), coap: z.string().nullable() });
export type Endpoints = z.infer<typeof infoSchema>;

/** Where devices connect, as URLs; null where this server does not listen. */
export function useEndpoints() {
  return useQuery({
    queryKey: ["info"],
    queryFn: ({ signal }) => get("/api/info", infoSchema, {}, signal),
  });
}

export function useLatest(id: string) {
  return useQuery({
    queryKey: ["latest", id],
    refetchInterval: 2000,
    queryFn: ({ signal }) => get(`/api/devices/${encoded(id)}/latest`, latestSchema, {}, signal),
  });
}

export const ranges = [
  { value: "15m", ms: 15 * 60_000, every: "5s", everyMs: 5000 },
  { value: "1h", ms: 3_600_000, every: "15s", everyMs: 15_000 },
  { value: "6h", ms: 6 * 3_600_000, every: "1m", everyMs: 60_000 },
  { value: "24h", ms: 24 * 3_600_000, every: "5m", everyMs: 300_000 },
] as const;
export type Range = (typeof ranges)[number];

const seriesSchema = z.object({ items: z.array(z.object({ ts: z.string(), value: scalar })) });

/** Times in ms, the mean of each bucket, and the span that was asked for. */
export interface SeriesData {
  from: number;
  to: number;
  times: number[];
  values: number[];
}

export function useSeries(device: string, key: string, range: Range) {
  return useQuery({
    queryKey: ["series", device, key, range.value],
    refetchInterval: Math.min(range.everyMs, 30_000),
    queryFn: async ({ signal }): Promise<SeriesData> => {
      const to = Date.now();
      const from = Math.floor((to - range.ms) / range.everyMs) * range.everyMs;
      const query = { device, key, from, to, every: range.every, fn: "avg" };
      const { items } = await get("/api/series", seriesSchema, query, signal);
      const points = items.filter(({ value }) => typeof value === "number");
      return {
        from,
        to,
        times: points.map(({ ts }) => Date.parse(ts)),
        values: points.map(({ value }) => value as number),
      };
    },
  });
}
