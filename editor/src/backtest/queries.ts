import { useQuery } from "@tanstack/react-query";
import * as z from "zod";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Place } from "../../../engine/flow/vary.ts";
import {
  archiveSpanSchema,
  type BacktestRun,
  backtestRunSchema,
  messageFileSchema,
} from "../../../engine/model/backtest.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import { encoded, get, post, request } from "../api.ts";

/** From when to when messages are kept. */
export function useArchive() {
  return useQuery({
    queryKey: ["archive"],
    refetchInterval: 10_000,
    queryFn: ({ signal }) => get("/api/archive", archiveSpanSchema, {}, signal),
  });
}

/** Messages to run over: of the archive between two times, ms, or of a file that was uploaded. */
export type Over = { from: number; to: number } | { file: string };

export type Asked = Over & {
  /** Runs instead of the draft that the server has. */
  flow?: Flow | undefined;
  version?: number | undefined;
  vary?: Place & { values: number[] };
};

export type Mode = "compare" | "what-if";

/** By flow and mode: the run begun last, so that it is there when the panel is opened again. */
const runs = createStore<Record<string, string>>(() => ({}));
const place = (flow: string) => `/api/flows/${encoded(flow)}/backtest`;

export async function begin(flow: string, mode: Mode, asked: Asked) {
  const { id } = await post(place(flow), backtestRunSchema, asked);
  runs.setState({ [`${flow} ${mode}`]: id });
}

/** Lends the server a file of messages; it is CSV unless its name ends otherwise. */
export async function uploadMessages({ source, profile }: { source: File; profile: string }) {
  const isJson = /\.(ndjson|jsonl|json)$/i.test(source.name);
  const { body } = await request(`/api/message-files?profile=${encoded(profile)}`, messageFileSchema, {
    method: "POST",
    headers: { "content-type": isJson ? "application/x-ndjson" : "text/csv" },
    body: source,
  });
  return body;
}

export async function cancel(flow: string, run: string) {
  await request(`${place(flow)}/${run}`, z.unknown(), { method: "DELETE" });
}

/** The run begun last, followed while it runs; undefined where there is none. */
export function useRun(flow: string, mode: Mode): BacktestRun | undefined {
  const id = useStore(runs, (all) => all[`${flow} ${mode}`]);
  return useQuery<BacktestRun>({
    queryKey: ["backtest", flow, id],
    enabled: id !== undefined,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) => (state.data && state.data.state !== "running" ? false : 400),
    queryFn: ({ signal }) => get(`${place(flow)}/${id}`, backtestRunSchema, {}, signal),
  }).data;
}
