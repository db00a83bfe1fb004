import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { commandSchema, commandStates, explainedCommandSchema, newCommandSchema } from "../model/command.ts";
import { MillraceError } from "../model/errors.ts";
import { addingCommits } from "./commits.ts";
import { findDevice } from "./devices.ts";
import { pageOf, pageQuery } from "./paging.ts";
import { defineRoute } from "./route.ts";

const group = "Commands";
const printable = /^[\x21-\x7e]{1,128}$/;

/** One command per device and key; without a key every request is a command of its own. */
function keyOf(device: string, given: string | undefined): string {
  if (given === undefined) return `${device}/${randomUUID()}`;
  if (printable.test(given)) return `${device}/${given}`;
  throw new MillraceError(
    "bad_request",
    "Idempotency-Key takes 1 to 128 printable characters without spaces.",
  );
}

const params = z.object({ id: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER) });

export const commandRoutes = [
  defineRoute({
    method: "post",
    path: "/api/commands/{id}/approve",
    summary: "Approve a command that waits for it; it is sent then",
    group,
    params,
    answers: { 200: commandSchema },
    errors: ["not_found", "conflict"],
    async handler({ params }, { registry, after }) {
      const command = await registry.decideCommand(params.id, { approve: true, at: Date.now() });
      await after.commandDecided(command);
      return { body: command };
    },
  }),
  defineRoute({
    method: "post",
    path: "/api/commands/{id}/reject",
    summary: "Reject a command that waits for approval; it is never sent",
    group,
    params,
    body: z.strictObject({
      reason: z.string().trim().min(1).max(500).optional().meta({ description: "Kept with the command" }),
    }),
    answers: { 200: commandSchema },
    errors: ["not_found", "conflict"],
    async handler({ params, body }, { registry, after }) {
      const command = await registry.decideCommand(params.id, {
        approve: false,
        at: Date.now(),
        ...(body.reason !== undefined && { reason: body.reason }),
      });
      await after.commandDecided(command);
      return { body: command };
    },
  }),
  defineRoute({
    method: "post",
    path: "/api/devices/{id}/commands",
    summary: "Send a command to a device",
    group,
    params: z.object({ id: z.string().max(128) }),
    headers: { "Idempotency-Key": "Repeating a request under one key sends one command" },
    body: newCommandSchema.extend({
      alarm: z.string().max(128).optional().meta({ description: "The alarm it answers" }),
    }),
    answers: { 200: commandSchema, 201: commandSchema },
    errors: ["not_found", "conflict"],
    async handler({ params, body, header }, { registry, after }) {
      const device = await findDevice(registry, params.id);
      const key = keyOf(device.id, header("Idempotency-Key"));
      const { command, created } = await registry.createCommand(device.id, body, { key, now: Date.now() });
      if (created) await after.commandCreated(command);
      else if (command.method !== body.method || !isDeepStrictEqual(command.params, body.params))
        throw new MillraceError(
          "conflict",
          `This Idempotency-Key sent "${command.method}" (command ${command.id}) before; use a new one.`,
        );
      return {
        status: created ? 201 : 200,
        headers: { Location: `/api/commands/${command.id}` },
        body: command,
      };
    },
  }),
  defineRoute({
    method: "get",
    path: "/api/commands",
    summary: "List commands, newest first",
    group,
    query: pageQuery.extend({
      device: z.string().max(128).optional().meta({ description: "Id of a device" }),
      state: z.enum(commandStates).optional(),
      alarm: z.string().max(128).optional().meta({ description: "Id of an alarm" }),
    }),
    answers: { 200: pageOf(commandSchema) },
    handler: async ({ query }, { registry }) => ({ body: await registry.commands(query) }),
  }),
  defineRoute({
    method: "get",
    path: "/api/commands/{id}",
    summary: "Show a command, its answer, and why a flow sent it",
    group,
    params,
    answers: { 200: explainedCommandSchema },
    errors: ["not_found"],
    async handler({ params }, { registry }) {
      const command = await registry.explainedCommand(params.id);
      if (command) {
        const { flow, cause } = command;
        if (flow === null || cause === null) return { body: command };
        return { body: { ...command, cause: await addingCommits(registry, flow)(cause) } };
      }
      throw new MillraceError("not_found", `There is no command ${params.id}; GET /api/commands lists them.`);
    },
  }),
];
