import * as z from "zod";
import { MillraceError } from "../model/errors.ts";
import { identifier } from "../model/flow.ts";
import { newTableSchema, tableBounds, tableSchema, tableSummarySchema } from "../model/table.ts";
import { onePage, pageOf } from "./paging.ts";
import { defineRoute } from "./route.ts";

const group = "Tables";
const params = z.object({ name: z.string().max(64) });

export const tableRoutes = [
  defineRoute({
    method: "get",
    path: "/api/tables",
    summary: "List the tables that flows look things up in, without their rows",
    group,
    answers: { 200: pageOf(tableSummarySchema) },
    handler: async (_, { registry }) => ({ body: onePage(await registry.tables()) }),
  }),
  defineRoute({
    method: "get",
    path: "/api/tables/{name}",
    summary: "Show a table; its entity tag is in ETag",
    group,
    params,
    answers: { 200: tableSchema },
    errors: ["not_found"],
    async handler({ params }, { registry }) {
      const table = await registry.table(params.name);
      if (!table) throw noTable(params.name);
      return { headers: { ETag: tagOf(table), "Cache-Control": "no-cache" }, body: table };
    },
  }),
  defineRoute({
    method: "put",
    path: "/api/tables/{name}",
    summary: "Create or replace a table; flows that run look things up in it from then on",
    group,
    params: z.object({ name: identifier }),
    headers: { "If-Match": "Entity tag of the table that is replaced; left out: it is new. * overwrites" },
    body: newTableSchema,
    // Room for escapes and spaces, so that what is over the bound is told in its own sentence.
    limitBytes: 8 * tableBounds.bytes,
    answers: { 200: tableSchema, 201: tableSchema },
    errors: ["conflict", "stale"],
    async handler({ params, body, header }, { registry, after }) {
      const before = await registry.deployment();
      const put = await registry.putTable(params.name, body, versionIn(header("If-Match")));
      const deployment = await registry.deployment();
      // Lanes look up in their own copy: they are told in their order, as of deployments.
      if (deployment.revision !== before.revision) await after.deployed(deployment);
      return { status: put.version === 1 ? 201 : 200, headers: { ETag: tagOf(put) }, body: put };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/api/tables/{name}",
    summary: "Delete a table that no running flow uses",
    group,
    params,
    answers: { 204: null },
    errors: ["not_found", "conflict"],
    async handler({ params }, { registry }) {
      await registry.deleteTable(params.name);
      return { status: 204 };
    },
  }),
];

const tagOf = ({ version }: { version: number }) => `"${version}"`;

function versionIn(tag: string | undefined): number | "*" | undefined {
  if (tag === undefined || tag === "*") return tag;
  const version = /^"(\d{1,9})"$/.exec(tag)?.[1];
  if (version !== undefined) return Number(version);
  throw new MillraceError("bad_request", 'If-Match takes the ETag of a table, such as "3", or *.');
}

const noTable = (name: string) =>
  new MillraceError("not_found", `There is no table "${name}"; GET /api/tables lists them.`);
