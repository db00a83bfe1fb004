import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import * as z from "zod";
import {
  type NewTable,
  type Table,
  type TableSummary,
  tableSchema,
  tableSummarySchema,
} from "../../../engine/model/table.ts";
import { encoded, get, pageOf, request } from "../api.ts";

const pathOf = (name: string) => `/api/tables/${encoded(name)}`;

export const tablesQuery = {
  queryKey: ["tables"],
  staleTime: 10_000,
  refetchInterval: 30_000,
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<TableSummary[]> =>
    (await get("/api/tables", pageOf(tableSummarySchema), {}, signal)).items,
};

/** Keyed by its version, so that a change of it is read anew. */
export const tableQuery = (name: string, version: number | undefined) => ({
  queryKey: ["table", name, version],
  enabled: version !== undefined,
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }: { signal: AbortSignal }): Promise<Table> =>
    get(pathOf(name), tableSchema, {}, signal),
});

/** Read anew when the page is opened: a flow may have been deployed meanwhile. */
export const useTables = () => useQuery({ ...tablesQuery, refetchOnMount: "always" });

interface Saving {
  name: string;
  table: NewTable;
  /** The version that is replaced; left out: it is new. */
  version?: number | undefined;
}

export function useSaveTable() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, table, version }: Saving): Promise<Table> => {
      const headers: Record<string, string> = { "content-type": "application/json" };
      if (version !== undefined) headers["if-match"] = `"${version}"`;
      const init = { method: "PUT", headers, body: JSON.stringify(table) };
      return (await request(pathOf(name), tableSchema, init)).body;
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tables"] }),
  });
}

export function useDeleteTable() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => request(pathOf(name), z.unknown(), { method: "DELETE" }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tables"] }),
  });
}
