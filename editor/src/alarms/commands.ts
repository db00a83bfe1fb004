import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Command, type CommandState, commandSchema } from "../../../engine/model/command.ts";
import type { Value } from "../../../engine/model/value.ts";
import { encoded, get, pageOf, post } from "../api.ts";

type Filter = { device: string } | { alarm: string };

const finalStates: readonly CommandState[] = ["succeeded", "failed", "timed_out", "expired", "rejected"];

export function isOver({ state }: Command): boolean {
  return finalStates.includes(state);
}

/** Commands of a device or an alarm, newest first. */
export function useCommands(filter: Filter) {
  return useQuery({
    queryKey: ["commands", filter],
    queryFn: async ({ signal }) =>
      (await get("/api/commands", pageOf(commandSchema), { ...filter, limit: 20 }, signal)).items,
  });
}

/** One command, asked for again until it is over, should the live stream be away. */
export function useCommand(id: number | undefined) {
  return useQuery<Command>({
    queryKey: ["command", id],
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : 2000),
    queryFn: ({ signal }): Promise<Command> => get(`/api/commands/${id}`, commandSchema, {}, signal),
  });
}

function fits(command: Command, filter: Filter): boolean {
  return "device" in filter ? command.device === filter.device : command.alarm === filter.alarm;
}

function merged(list: Command[], command: Command): Command[] {
  if (!list.some(({ id }) => id === command.id)) return [command, ...list];
  return list.map((each) => (each.id === command.id ? newer(each, command) : each));
}

/** What is over stays over: an answer under way may be older than what the stream told. */
function newer(known: Command | undefined, command: Command): Command {
  return known && isOver(known) && !isOver(command) ? known : command;
}

/** Puts a command that the server told of into every list that it belongs to. */
export function mergeCommand(queries: QueryClient, command: Command) {
  queries.setQueryData<Command>(["command", command.id], (known) => newer(known, command));
  for (const { queryKey } of queries.getQueryCache().findAll({ queryKey: ["commands"] })) {
    if (!fits(command, queryKey[1] as Filter)) continue;
    queries.setQueryData<Command[]>(queryKey, (list) => list && merged(list, command));
  }
}

export interface Order {
  device: string;
  method: string;
  params: Record<string, Value>;
  alarm?: string;
  /** Sending twice under one key sends once. */
  key: string;
}

export function useSend() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ device, key, ...body }: Order) =>
      post(`/api/devices/${encoded(device)}/commands`, commandSchema, body, key),
    onSuccess: (command) => mergeCommand(queries, command),
  });
}

/** Approves or rejects a command that waits for it. */
export function useDecision(decision: "approve" | "reject") {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, reason }: { id: number; reason?: string }) =>
      post(`/api/commands/${id}/${decision}`, commandSchema, reason ? { reason } : {}),
    onSuccess: (command) => mergeCommand(queries, command),
    // Somebody else may have decided meanwhile.
    onError: () => queries.invalidateQueries({ queryKey: ["commands"] }),
  });
}

/** A fresh Idempotency-Key. */
export function newKey(): string {
  // randomUUID is there on secure origins only.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
