import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import * as z from "zod";
import {
  type DeadLetter,
  type DeadLetterFilter,
  deadLetterSchema,
} from "../../../engine/model/dead-letter.ts";
import { encoded, get, pageOf, post, request } from "../api.ts";

export const shownLetters = 100;

/** The newest dead letters that fit, without their bytes. */
export function useLetters(filter: DeadLetterFilter) {
  return useQuery<{ letters: DeadLetter[]; more: boolean }>({
    queryKey: ["letters", filter],
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.letters.some((letter) => letter.state === "replaying") ? 1000 : 5000,
    queryFn: async ({ signal }) => {
      const query = { ...filter, limit: shownLetters, brief: "true" };
      const { items, next } = await get("/api/dead-letters", pageOf(deadLetterSchema), query, signal);
      return { letters: items, more: Boolean(next) };
    },
  });
}

export function useLetter(id: string) {
  return useQuery<DeadLetter>({
    queryKey: ["letter", id],
    refetchInterval: ({ state }) => (state.data?.state === "replaying" ? 500 : false),
    queryFn: ({ signal }) => get(`/api/dead-letters/${encoded(id)}`, deadLetterSchema, {}, signal),
  });
}

const countsSchema = z.object({
  items: z.array(
    z.object({
      flow: z.string().nullable(),
      node: z.string().nullable(),
      reason: z.string(),
      count: z.number(),
    }),
  ),
});
export type LetterCount = z.infer<typeof countsSchema>["items"][number];

/** Open dead letters by flow, step and reason. */
export function useLetterCounts(): readonly LetterCount[] {
  const { data } = useQuery({
    queryKey: ["letters", "counts"],
    refetchInterval: 5000,
    queryFn: async ({ signal }) => (await get("/api/dead-letters/counts", countsSchema, {}, signal)).items,
  });
  return data ?? nothing;
}
const nothing: readonly LetterCount[] = [];

export const sumOf = (counts: readonly LetterCount[]) => counts.reduce((sum, { count }) => sum + count, 0);

const movedSchema = z.object({
  count: z.number(),
  refused: z.array(z.object({ message: z.string() })),
  refusedCount: z.number(),
  more: z.boolean(),
});
export type Selection = { ids: string[] } | { filter: DeadLetterFilter };
export type Move = "replay" | "discard";

/** A version of a flow in which replays go on. */
export interface InVersion {
  flow: string;
  version: number;
}
interface Moving {
  move: Move;
  selection: Selection;
  /** Left out: in the versions that run. */
  inVersion?: InVersion | undefined;
}

/** Replays or discards a selection, to its end. */
export function useMove() {
  const queries = useQueryClient();
  return useMutation({
    async mutationFn({ move, selection, inVersion }: Moving) {
      const ask = () => post(`/api/dead-letters/${move}`, movedSchema, { ...selection, ...inVersion });
      let sum = await ask();
      // What cannot be moved stays: without a step forward, asking again would never end.
      for (let last = sum; last.more && last.count > 0; ) {
        last = await ask();
        sum = { ...last, count: sum.count + last.count };
      }
      return sum;
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["letters"] }),
  });
}

interface Mend {
  id: string;
  /** Missing where nothing was edited. */
  edit: { payload: string; type: "telemetry" | "attributes" } | undefined;
  move: Move | undefined;
  /** In which a replay goes on; left out: the one that runs. */
  version?: number | undefined;
}

/** Saves what was edited, then replays or discards. */
export function useMend() {
  const queries = useQueryClient();
  return useMutation({
    async mutationFn({ id, edit, move, version }: Mend): Promise<DeadLetter> {
      const path = `/api/dead-letters/${encoded(id)}`;
      const headers = { "content-type": "application/json" };
      if (edit)
        await request(path, deadLetterSchema, { method: "PATCH", headers, body: JSON.stringify(edit) });
      const query = version === undefined ? "" : `?version=${version}`;
      if (move) return post(`${path}/${move}${query}`, deadLetterSchema);
      return get(path, deadLetterSchema);
    },
    async onSuccess(letter) {
      queries.setQueryData(["letter", letter.id], letter);
      await queries.invalidateQueries({ queryKey: ["letters"] });
    },
    onError: (_, { id }) => queries.invalidateQueries({ queryKey: ["letter", id] }),
  });
}
