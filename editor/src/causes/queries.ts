import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ExplainedCause } from "../../../engine/model/cause.ts";
import { explainedCommandSchema } from "../../../engine/model/command.ts";
import { useAlarm } from "../alarms/queries.ts";
import { encoded, get } from "../api.ts";
import type { Route } from "../route.ts";

/** A command with why it was sent, which never changes. */
export function useExplainedCommand(id: string | undefined) {
  return useQuery({
    queryKey: ["explained-command", id],
    enabled: id !== undefined,
    queryFn: ({ signal }) => get(`/api/commands/${encoded(id ?? "")}`, explainedCommandSchema, {}, signal),
  });
}

export interface ShownCause {
  flow: string;
  /** Name of the alarm, or of the command. */
  what: string;
  cause: ExplainedCause;
}

/** The cause of the alarm or command that is looked at; of an alarm that of its coming, or of the change chosen. */
export function useShownCause({ alarm, command, change }: Pick<Route, "alarm" | "command" | "change">) {
  const ofAlarm = useAlarm(alarm).data;
  const ofCommand = useExplainedCommand(command).data;
  return useMemo((): ShownCause | undefined => {
    if (ofAlarm) {
      const chosen = change === undefined ? undefined : ofAlarm.changes[Number(change)]?.cause;
      return { flow: ofAlarm.flow, what: ofAlarm.type, cause: chosen ?? ofAlarm.cause };
    }
    if (!ofCommand?.cause || ofCommand.flow === null) return undefined;
    return { flow: ofCommand.flow, what: ofCommand.method, cause: ofCommand.cause };
  }, [ofAlarm, ofCommand, change]);
}
