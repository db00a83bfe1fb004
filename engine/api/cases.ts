import * as z from "zod";
import { type CaseResult, caseSchema } from "../flow/cases.ts";
import { MillraceError } from "../model/errors.ts";
import type { Value } from "../model/value.ts";
import { flowParams } from "./flows.ts";
import { defineRoute } from "./route.ts";

const group = "Flows";
const listSchema = z.array(caseSchema).max(200);
const shownFailures = 20;

/** Throws `cases_failed` with the failures where a case fails. */
export function requirePassing(results: readonly CaseResult[]) {
  const failing = results.filter(({ passed }) => !passed);
  const [first] = failing;
  if (!first) return;
  const detail = `${failing.length} of ${results.length} test cases fail, first "${first.title}": ${first.failures[0]} Mend the flow or the case, or deploy with "force" and a reason.`;
  throw new MillraceError("cases_failed", detail, { cases: failing.slice(0, shownFailures) });
}

const missing = (id: string) =>
  new MillraceError("not_found", `There is no flow "${id}"; GET /api/flows lists them.`);

export const caseRoutes = [
  defineRoute({
    method: "get",
    path: "/api/flows/{id}/cases",
    summary: "List the test cases beside the draft; their entity tag is in ETag",
    group,
    params: flowParams,
    answers: { 200: listSchema },
    errors: ["not_found"],
    async handler({ params }, { registry }) {
      const found = await registry.cases(params.id);
      if (!found) throw missing(params.id);
      return { headers: { ETag: found.etag, "Cache-Control": "no-cache" }, body: found.cases };
    },
  }),
  defineRoute({
    method: "put",
    path: "/api/flows/{id}/cases",
    summary: "Replace the test cases; a version takes them along when it is frozen",
    group,
    params: flowParams,
    headers: { "If-Match": "Entity tag of the cases that were changed, or * to overwrite" },
    body: listSchema,
    answers: { 200: z.object({ etag: z.string() }) },
    errors: ["not_found", "stale", "precondition_required"],
    async handler({ params, body, header }, { registry }) {
      const ifMatch = header("If-Match");
      if (ifMatch === undefined)
        throw new MillraceError(
          "precondition_required",
          "Send If-Match with the entity tag of the cases that you changed, or *.",
        );
      const { etag } = await registry.putCases(params.id, body as Value[], ifMatch);
      return { headers: { ETag: etag }, body: { etag } };
    },
  }),
];
