import * as z from "zod";
import { unreadable } from "../flow/unreadable.ts";
import { type DeadLetter, deadLetterSchema, isMendable, resumesAtNode } from "../model/dead-letter.ts";
import { MillraceError } from "../model/errors.ts";
import { maxPayloadBytes } from "../model/host.ts";
import { uploadTypes } from "../model/message.ts";
import type { Registry } from "../store/registry.ts";
import {
  choiceOf,
  chosenVersion,
  counted,
  discardThese,
  filter,
  inBulk,
  replaySelection,
  replayThese,
  selection,
} from "./move-letters.ts";
import { pageOf, pageQuery } from "./paging.ts";
import { defineRoute } from "./route.ts";

const group = "Dead letters";
const params = z.object({ id: z.string().max(128) });
async function findLetter(registry: Registry, id: string): Promise<DeadLetter> {
  const letter = await registry.deadLetter(id);
  if (letter) return letter;
  throw new MillraceError("not_found", `There is no dead letter "${id}"; GET /api/dead-letters lists them.`);
}

export const deadLetterRoutes = [
  defineRoute({
    method: "get",
    path: "/api/dead-letters",
    summary: "List messages that could not be processed, newest first",
    group,
    query: pageQuery.extend({
      ...filter,
      brief: z.stringbool().default(false).meta({ description: "true leaves the bytes out" }),
    }),
    answers: { 200: pageOf(deadLetterSchema) },
    handler: async ({ query }, { registry }) => ({ body: await registry.deadLetters(query) }),
  }),
  defineRoute({
    method: "get",
    path: "/api/dead-letters/counts",
    summary: "Count the open ones, of the newest 10,000, by flow, node and reason",
    group,
    answers: {
      200: z.object({
        items: z.array(
          z.object({
            flow: z.string().nullable(),
            node: z.string().nullable(),
            reason: z.string(),
            count: z.int(),
          }),
        ),
      }),
    },
    handler: async (_, { registry }) => ({ body: { items: await registry.deadLetterCounts() } }),
  }),
  defineRoute({
    method: "post",
    path: "/api/dead-letters/replay",
    summary: "Replay many, in the order in which they came; what a replay moved already stays as it is",
    group,
    body: replaySelection,
    answers: { 202: counted },
    errors: ["not_found"],
    async handler({ body: { version, flow, ...which } }, parts) {
      const of = flow ?? which.filter?.flow;
      if (version !== undefined && of === undefined)
        throw new MillraceError("invalid_body", "flow: say which flow the version is one of.");
      const choice = version === undefined ? undefined : await choiceOf(of!, version, parts.registry);
      const moved = await inBulk(which, parts.registry, (letters) => replayThese(letters, parts, choice));
      return { status: 202, body: moved };
    },
  }),
  defineRoute({
    method: "post",
    path: "/api/dead-letters/discard",
    summary: "Discard many; they are kept, and can still be replayed",
    group,
    body: selection,
    answers: { 200: counted },
    handler: async ({ body }, { registry }) => ({
      body: await inBulk(body, registry, (letters) => discardThese(letters, registry)),
    }),
  }),
  defineRoute({
    method: "get",
    path: "/api/dead-letters/{id}",
    summary: "Show a dead letter with the bytes as they came",
    group,
    params,
    answers: { 200: deadLetterSchema },
    errors: ["not_found"],
    handler: async ({ params }, { registry }) => ({ body: await findLetter(registry, params.id) }),
  }),
  defineRoute({
    method: "patch",
    path: "/api/dead-letters/{id}",
    summary: "Edit what a replay will send; the bytes as they came are kept",
    group,
    params,
    body: z.strictObject({
      payload: z.string().max(maxPayloadBytes).meta({ description: "JSON text, as a device would send it" }),
      type: z.enum(uploadTypes).optional().meta({ description: "Needed where it came as neither" }),
    }),
    limitBytes: 4 * maxPayloadBytes,
    answers: { 200: deadLetterSchema },
    errors: ["not_found", "conflict"],
    async handler({ params, body }, { registry }) {
      const letter = await findLetter(registry, params.id);
      if (!isMendable(letter))
        throw new MillraceError(
          "conflict",
          "It is no upload, so there is nothing in it to mend; mend the flow, then replay it as it is.",
        );
      const type = body.type ?? (letter.type === "attributes" ? "attributes" : "telemetry");
      const problem = unreadable(body.payload, type, resumesAtNode(letter));
      if (problem) throw new MillraceError("invalid_body", `payload: ${problem.message}`);
      const edited = await registry.editDeadLetter(params.id, { payload: body.payload, type });
      if (edited) return { body: edited };
      throw new MillraceError("conflict", "It has been replayed meanwhile, so it cannot be edited any more.");
    },
  }),
  defineRoute({
    method: "post",
    path: "/api/dead-letters/{id}/replay",
    summary:
      "Send it into its device's lane once more, once, to the versions that run now or to a chosen one",
    group,
    params,
    query: z.object({ version: z.coerce.number().pipe(chosenVersion.unwrap()).optional() }),
    answers: { 202: deadLetterSchema },
    errors: ["not_found", "conflict"],
    async handler({ params, query: { version } }, parts) {
      const letter = await findLetter(parts.registry, params.id);
      if (version !== undefined && !resumesAtNode(letter))
        throw new MillraceError(
          "conflict",
          "No flow has seen it yet, so it goes through all that run; replay it without a version.",
        );
      const choice =
        version === undefined ? undefined : await choiceOf(letter.flow!, version, parts.registry);
      const {
        refused: [refused],
      } = await replayThese([letter], parts, choice);
      if (refused) throw new MillraceError("conflict", refused.message);
      return { status: 202, body: await findLetter(parts.registry, params.id) };
    },
  }),
  defineRoute({
    method: "post",
    path: "/api/dead-letters/{id}/discard",
    summary: "Discard it; it is kept, and can still be replayed",
    group,
    params,
    answers: { 200: deadLetterSchema },
    errors: ["not_found"],
    async handler({ params }, { registry }) {
      await findLetter(registry, params.id);
      await registry.discardDeadLetters([params.id]);
      return { body: await findLetter(registry, params.id) };
    },
  }),
];
