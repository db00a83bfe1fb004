import * as z from "zod";
import { deadLetterSchema } from "../model/dead-letter.ts";
import { MillraceError } from "../model/errors.ts";
import { pageOf, pageQuery } from "./paging.ts";
import { defineRoute } from "./route.ts";

const group = "Dead letters";

export const deadLetterRoutes = [
  defineRoute({
    method: "get",
    path: "/api/dead-letters",
    summary: "List messages that could not be processed, newest first",
    group,
    query: pageQuery.extend({
      device: z.string().max(128).optional().meta({ description: "Id of a device" }),
      flow: z.string().max(64).optional().meta({ description: "Id of a flow" }),
      reason: z.string().max(64).optional().meta({ description: "A stable code" }),
    }),
    answers: { 200: pageOf(deadLetterSchema) },
    handler: async ({ query }, { registry }) => ({ body: await registry.deadLetters(query) }),
  }),
  defineRoute({
    method: "get",
    path: "/api/dead-letters/{id}",
    summary: "Show a dead letter with the bytes as they came",
    group,
    params: z.object({ id: z.string().max(128) }),
    answers: { 200: deadLetterSchema },
    errors: ["not_found"],
    async handler({ params }, { registry }) {
      const letter = await registry.deadLetter(params.id);
      if (letter) return { body: letter };
      throw new MillraceError(
        "not_found",
        `There is no dead letter "${params.id}"; GET /api/dead-letters lists them.`,
      );
    },
  }),
];
