import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  type Alarm,
  alarmSchema,
  type ExplainedAlarm,
  explainedAlarmSchema,
} from "../../../engine/model/alarm.ts";
import { encoded, get, pageOf, post } from "../api.ts";

export type AlarmStatus = Alarm["status"] | "all";
export const alarmLimit = 100;

function alarmList(status: AlarmStatus) {
  return {
    queryKey: ["alarms", status],
    refetchInterval: 30_000,
    queryFn: async ({ signal }: { signal: AbortSignal }) => {
      const query = { status: status === "all" ? undefined : status, limit: alarmLimit };
      const { items, next } = await get("/api/alarms", pageOf(alarmSchema), query, signal);
      return { alarms: items, more: Boolean(next) };
    },
  };
}

/** The newest alarms of a status. */
export function useAlarms(status: AlarmStatus) {
  return useQuery({ ...alarmList(status), placeholderData: keepPreviousData });
}

/** Active alarms by flow, as far as the list reaches. */
export function useActiveCounts(): Record<string, number> {
  const { data } = useQuery(alarmList("active"));
  const counts: Record<string, number> = {};
  for (const { flow } of data?.alarms ?? []) counts[flow] = (counts[flow] ?? 0) + 1;
  return counts;
}

export function useAlarm(id: string | undefined) {
  return useQuery({
    queryKey: ["alarm", id],
    enabled: id !== undefined,
    queryFn: ({ signal }) => get(`/api/alarms/${encoded(id ?? "")}`, explainedAlarmSchema, {}, signal),
  });
}

/** Acknowledges or clears; the lists follow at once. */
export function useAlarmAction(action: "ack" | "clear") {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => post(`/api/alarms/${encoded(id)}/${action}`, alarmSchema),
    onSuccess({ id, status, acknowledged, acknowledgedAt, clearedAt }) {
      queries.setQueryData<ExplainedAlarm>(
        ["alarm", id],
        (known) => known && { ...known, status, acknowledged, acknowledgedAt, clearedAt },
      );
      queries.invalidateQueries({ queryKey: ["alarm", id] });
      return queries.invalidateQueries({ queryKey: ["alarms"] });
    },
  });
}
