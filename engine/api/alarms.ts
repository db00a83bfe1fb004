import * as z from "zod";
import { alarmSchema, explainedAlarmSchema, severities } from "../model/alarm.ts";
import { MillraceError } from "../model/errors.ts";
import type { Registry } from "../store/registry.ts";
import { addingCommits } from "./commits.ts";
import { pageOf, pageQuery } from "./paging.ts";
import { defineRoute } from "./route.ts";

const group = "Alarms";
const params = z.object({ id: z.string().max(128) });

async function findAlarm(registry: Registry, id: string) {
  return (await registry.alarm(id)) ?? missing(id);
}

function missing(id: string): never {
  throw new MillraceError("not_found", `There is no alarm "${id}"; GET /api/alarms lists them.`);
}

export const alarmRoutes = [
  defineRoute({
    method: "get",
    path: "/api/alarms",
    summary: "List alarms, newest first",
    group,
    query: pageQuery.extend({
      status: alarmSchema.shape.status.optional(),
      severity: z.enum(severities).optional(),
      device: z.string().max(128).optional().meta({ description: "Id of a device" }),
      flow: z.string().max(64).optional().meta({ description: "Id of a flow" }),
    }),
    answers: { 200: pageOf(alarmSchema) },
    handler: async ({ query }, { registry }) => ({ body: await registry.alarms(query) }),
  }),
  defineRoute({
    method: "get",
    path: "/api/alarms/{id}",
    summary: "Show an alarm with its cause, and what became of it",
    group,
    params,
    answers: { 200: explainedAlarmSchema },
    errors: ["not_found"],
    async handler({ params }, { registry }) {
      const alarm = (await registry.explainedAlarm(params.id)) ?? missing(params.id);
      const withCommit = addingCommits(registry, alarm.flow);
      const cause = await withCommit(alarm.cause);
      const changes = await Promise.all(
        alarm.changes.map(async (each) => ({ ...each, cause: each.cause && (await withCommit(each.cause)) })),
      );
      return { body: { ...alarm, cause, changes } };
    },
  }),
  defineRoute({
    method: "post",
    path: "/api/alarms/{id}/ack",
    summary: "Acknowledge an alarm",
    group,
    params,
    answers: { 200: alarmSchema },
    errors: ["not_found"],
    async handler({ params }, { registry, after }) {
      const before = await findAlarm(registry, params.id);
      if (before.acknowledged) return { body: before };
      const alarm = await registry.acknowledge(params.id);
      await after.alarmAcknowledged(alarm);
      return { body: alarm };
    },
  }),
  defineRoute({
    method: "post",
    path: "/api/alarms/{id}/clear",
    summary: "Clear an alarm by hand",
    group,
    params,
    answers: { 200: alarmSchema },
    errors: ["not_found"],
    async handler({ params }, { registry, after }) {
      const before = await findAlarm(registry, params.id);
      if (before.status === "cleared") return { body: before };
      const alarm = await registry.clearAlarm(params.id, Date.now());
      await after.alarmCleared(alarm);
      return { body: alarm };
    },
  }),
];
