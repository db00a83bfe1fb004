import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import * as z from "zod";
import { tablesIn } from "../../../engine/flow/field-reads.ts";
import { handings, type OtherFlow, reached, type Surroundings } from "../../../engine/flow/surroundings.ts";
import { type Flow, flowSchema } from "../../../engine/model/flow.ts";
import { profileSchema } from "../../../engine/model/profile.ts";
import { encoded, get, pageOf } from "../api.ts";
import { tableQuery, tablesQuery } from "../tables/queries.ts";
import { type FlowSummary, useFlows } from "./queries.ts";

const versionSchema = z.object({ definition: flowSchema });

const profileQuery = {
  queryKey: ["profiles"],
  staleTime: 30_000,
  refetchInterval: 60_000,
  queryFn: async ({ signal }: { signal: AbortSignal }) =>
    (await get("/api/profiles", pageOf(profileSchema), {}, signal)).items,
};

const channelSchema = z.object({ name: z.string() });

/** Names of the channels that notifications go by. */
export function useChannels(): string[] | undefined {
  return useQuery(channelQuery).data;
}

const channelQuery = {
  queryKey: ["channels"],
  staleTime: 30_000,
  refetchInterval: 60_000,
  queryFn: async ({ signal }: { signal: AbortSignal }) =>
    (await get("/api/channels", pageOf(channelSchema), {}, signal)).items.map(({ name }) => name),
};

/** By name of a table: names of its columns. */
export function useTableColumns(): ReadonlyMap<string, readonly string[]> {
  const { data } = useQuery(tablesQuery);
  return useMemo(
    () => new Map((data ?? []).map(({ name, columns }) => [name, columns.map((column) => column.name)])),
    [data],
  );
}

/** All tables: those that the flow and the flows it hands to use with their rows, as soon as they are there. */
function useTablesOf(flow: Flow, others: Surroundings["flows"]): Surroundings["tables"] {
  const { data: all } = useQuery(tablesQuery);
  const used = useMemo(() => {
    const users = [flow, ...reached(flow, others).map(({ definition }) => definition)];
    return new Set(users.flatMap(tablesIn).map(({ name }) => name));
  }, [flow, others]);
  const wanted = (all ?? []).filter(({ name }) => used.has(name));
  const full = useQueries({
    queries: wanted.map(({ name, version }) => tableQuery(name, version)),
    combine: (results) => results.flatMap(({ data }) => (data ? [data] : [])),
  });
  return useMemo(() => {
    if (!all) return undefined;
    const bare = all.map(({ name, columns, key }) => [name, { columns, key, rows: [] }] as const);
    return Object.fromEntries([...bare, ...full.map((table) => [table.name, table] as const)]);
  }, [all, full]);
}

/** What the flow stands among: the profiles, the channels, the tables, and the flows that it hands messages to, as they run, or as they are drafted. */
export function useSurroundings(flow: Flow): Surroundings {
  const summaries = useFlows().data;
  const profiles = useQuery(profileQuery).data;
  const channels = useChannels();
  const ids = [...new Set(handings(flow).map((one) => one.flow))].sort();
  const { data } = useQuery({
    queryKey: ["handed-flows", ids, summaries?.map(({ etag, live }) => [etag, live])],
    enabled: ids.length > 0 && summaries !== undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => load(ids, summaries!, signal),
  });
  const flows = ids.length > 0 ? data : undefined;
  const tables = useTablesOf(flow, flows?.flows);
  return useMemo(
    () => ({
      ...flows,
      ...(profiles && { profiles }),
      ...(channels && { channels }),
      ...(tables && { tables }),
    }),
    [flows, profiles, channels, tables],
  );
}

async function load(
  ids: readonly string[],
  summaries: readonly FlowSummary[],
  signal: AbortSignal,
): Promise<Surroundings> {
  const flows = new Map<string, OtherFlow>();
  const known = new Map(summaries.map((summary) => [summary.id, summary]));
  const ahead = [...ids];
  for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
    const summary = known.get(id);
    if (!summary || flows.has(id)) continue;
    const path = `/api/flows/${encoded(id)}`;
    const version = summary.live;
    const definition =
      version === null
        ? await get(path, flowSchema, {}, signal)
        : (await get(`${path}/versions/${version}`, versionSchema, {}, signal)).definition;
    flows.set(id, { version, definition });
    ahead.push(...handings(definition).map((one) => one.flow));
  }
  return { flows, ids: [...known.keys()] };
}
