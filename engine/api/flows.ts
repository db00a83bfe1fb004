import * as z from "zod";
import { validateFlow } from "../flow/validate.ts";
import { MillraceError } from "../model/errors.ts";
import { type Flow, flowSchema } from "../model/flow.ts";
import { isError, type Problem } from "../model/problem.ts";
import type { Registry } from "../store/registry.ts";
import { candidateSchema, recordSchema } from "./candidate-schemas.ts";
import { onePage, pageOf } from "./paging.ts";
import { problemSchema } from "./problem-document.ts";
import { defineRoute } from "./route.ts";
import { surroundingsOf } from "./surroundings.ts";

const group = "Flows";
export const flowBytes = 5 * 1_048_576;
export const flowParams = z.object({ id: z.string().max(64) });

const summarySchema = z.object({
  id: z.string(),
  name: z.string(),
  etag: z.string().meta({ description: "Of the draft" }),
  updatedAt: z.iso.datetime(),
  latestVersion: z.int().nullable(),
  live: z.int().nullable().meta({ description: "The version that runs" }),
  forced: z.string().nullable().meta({ description: "Why that version runs although its test cases failed" }),
  candidate: candidateSchema.nullable().meta({ description: "What runs beside it" }),
  rolledBack: recordSchema
    .nullable()
    .meta({ description: "Where the last change is that a version was taken back by itself" }),
});

/** The draft, or a not_found that says what to do. */
export async function findDraft(registry: Registry, id: string) {
  const draft = await registry.draft(id);
  if (draft) return draft;
  throw new MillraceError("not_found", `There is no flow "${id}"; GET /api/flows lists them.`);
}

/** Throws invalid_flow with the list when the flow cannot run. Warnings keep nothing from running. */
export async function requireSound(flow: Flow, registry: Registry) {
  requireNone(validateFlow(flow, await surroundingsOf(flow, registry)).problems);
}

export function requireNone(problems: readonly Problem[]) {
  const errors = problems.filter(isError);
  const [first] = errors;
  if (!first) return;
  const more = errors.length > 1 ? ` And ${errors.length - 1} more.` : "";
  throw new MillraceError("invalid_flow", `${first.message}${more}`, { problems });
}

/** The one strong entity tag of a header, or "*". */
function entityTag(given: string | undefined): string | undefined {
  if (given === undefined || /^(\*|(W\/)?"[^"]*")$/.test(given)) return given;
  throw new MillraceError(
    "bad_request",
    'If-Match and If-None-Match take one entity tag such as "a1b2", or *.',
  );
}

export const flowRoutes = [
  defineRoute({
    method: "get",
    path: "/api/flows",
    summary: "List flows",
    group,
    answers: { 200: pageOf(summarySchema) },
    handler: async (_, { registry }) => ({ body: onePage(await registry.flows()) }),
  }),
  defineRoute({
    method: "get",
    path: "/api/flows/{id}",
    summary: "Show the draft; its entity tag is in ETag",
    group,
    params: flowParams,
    answers: { 200: flowSchema },
    errors: ["not_found"],
    async handler({ params }, { registry }) {
      const { flow, etag, updatedAt } = await findDraft(registry, params.id);
      const headers = { ETag: etag, "Last-Modified": new Date(updatedAt).toUTCString() };
      return { headers: { ...headers, "Cache-Control": "no-cache" }, body: flow };
    },
  }),
  defineRoute({
    method: "put",
    path: "/api/flows/{id}",
    summary: "Save the draft, finished or not; tells what keeps it from running",
    group,
    params: flowParams,
    headers: {
      "If-Match": "Entity tag of the draft that was changed; needed when there is one. * overwrites",
      "If-None-Match": "* creates, and never overwrites",
    },
    body: flowSchema,
    limitBytes: flowBytes,
    answers: {
      200: z.object({ etag: z.string(), problems: z.array(problemSchema) }),
      201: z.object({ etag: z.string(), problems: z.array(problemSchema) }),
    },
    errors: ["stale", "precondition_required"],
    async handler({ params, body, header }, { registry }) {
      if (body.id !== params.id)
        throw new MillraceError(
          "invalid_body",
          `The path says "${params.id}", the flow "${body.id}"; give both one id.`,
        );
      const ifMatch = entityTag(header("If-Match"));
      const ifNoneMatch = entityTag(header("If-None-Match"));
      if (ifNoneMatch !== undefined && (ifNoneMatch !== "*" || ifMatch !== undefined))
        throw new MillraceError(
          "bad_request",
          "Send If-None-Match: * to create, or If-Match to change a draft.",
        );
      const { etag } = await putDraft(registry, body, { ifMatch, create: ifNoneMatch === "*" });
      const { problems } = validateFlow(body, await surroundingsOf(body, registry));
      return { status: ifMatch ? 200 : 201, headers: { ETag: etag }, body: { etag, problems } };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/api/flows/{id}",
    summary: "Delete a flow that is not live, with its versions",
    group,
    params: flowParams,
    headers: { "If-Match": "Entity tag of the draft that was seen; may be left out" },
    answers: { 204: null },
    errors: ["not_found", "conflict", "stale"],
    async handler({ params, header }, { registry, repository }) {
      const { etag } = await findDraft(registry, params.id);
      const ifMatch = entityTag(header("If-Match"));
      if (ifMatch !== undefined && ifMatch !== "*" && ifMatch !== etag) throw stale(params.id);
      await registry.deleteFlow(params.id);
      await repository.recorded();
      return { status: 204 };
    },
  }),
];

async function putDraft(
  registry: Registry,
  flow: Flow,
  { ifMatch, create }: { ifMatch: string | undefined; create: boolean },
) {
  try {
    return await registry.putDraft(flow, ifMatch);
  } catch (error) {
    if (!(error instanceof MillraceError) || error.code !== "conflict") throw error;
    // RFC 9110, 13.1.2: If-None-Match that does not hold is 412 for a change.
    if (create) throw new MillraceError("stale", `There is a flow "${flow.id}" already; choose another id.`);
    throw new MillraceError(
      "precondition_required",
      `There is a draft of "${flow.id}"; send If-Match with the entity tag of the one you changed.`,
    );
  }
}

const stale = (id: string) =>
  new MillraceError("stale", `The draft of "${id}" is not the one you changed; load it again.`);
