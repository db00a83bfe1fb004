import * as z from "zod";
import { changeLines } from "../flow/change-lines.ts";
import { englishDeployment } from "../flow/change-words.ts";
import { compareFlows, isOtherwise } from "../flow/compare.ts";
import { fateOf } from "../flow/memory.ts";
import { MillraceError } from "../model/errors.ts";
import type { Flow } from "../model/flow.ts";
import type { Registry } from "../store/registry.ts";
import { findDraft, flowParams } from "./flows.ts";
import { defineRoute } from "./route.ts";

const side = z.union([z.enum(["draft", "live"]), z.coerce.number().int().min(1).max(2_147_483_647)]);

const lineSchema = z.object({
  sign: z.enum(["added", "removed", "changed", "drawn"]).meta({
    description: "drawn: only where things stand on the canvas",
  }),
  node: z.string().optional(),
  text: z.string(),
  details: z.array(z.string()),
});
const fateSchema = z.object({
  node: z.string(),
  fate: z.enum(["kept", "anew", "gone"]).meta({
    description:
      "What becomes of that which the node remembers of each device or key: it goes on with it, starts with nothing, or is no more. Of nodes that are not listed it is kept",
  }),
});

/** One side of a comparison; `version` is null for the draft, and where nothing runs. */
async function sideOf(registry: Registry, id: string, asked: z.infer<typeof side>) {
  const { flow } = await findDraft(registry, id);
  if (asked === "draft") return { version: null, flow };
  if (asked === "live") {
    const { flows } = await registry.deployment();
    const live = flows.find(({ definition }) => definition.id === id);
    const { conditions: _, ...head } = flow;
    const nothing: Flow = { ...head, nodes: [], edges: [], layout: {} };
    return { version: live?.version ?? null, flow: live?.definition ?? nothing };
  }
  const version = await registry.version(id, asked);
  if (version) return { version: asked, flow: version.definition };
  throw new MillraceError("not_found", `There is no version ${asked} of flow "${id}".`);
}

export const flowDiffRoutes = [
  defineRoute({
    method: "get",
    path: "/api/flows/{id}/diff",
    summary:
      "Say in words what makes two versions differ, and what nodes go on remembering once the second runs",
    group: "Flows",
    params: flowParams,
    query: z.strictObject({
      from: side.default("live").meta({ description: "A version's number, `live` or `draft`" }),
      to: side.default("draft").meta({ description: "A version's number, `live` or `draft`" }),
    }),
    answers: {
      200: z.object({
        from: z.int().nullable().meta({ description: "null: the draft, or nothing runs" }),
        to: z.int().nullable(),
        same: z.boolean().meta({ description: "Whether both would run alike" }),
        lines: z.array(lineSchema),
        memory: z.array(fateSchema),
      }),
    },
    errors: ["not_found"],
    async handler({ params, query }, { registry }) {
      const [from, to] = [
        await sideOf(registry, params.id, query.from),
        await sideOf(registry, params.id, query.to),
      ];
      const changes = compareFlows(from.flow, to.flow);
      return {
        body: {
          from: from.version,
          to: to.version,
          same: !isOtherwise(changes),
          lines: changeLines(changes, from.flow, to.flow, englishDeployment),
          memory: memoryOf(changes),
        },
      };
    },
  }),
];

function memoryOf({ changed, removed }: ReturnType<typeof compareFlows>) {
  const nodes = [
    ...changed.map(({ before, after }) => ({ node: after.id, fate: fateOf(before, after) })),
    ...removed.map((node) => ({ node: node.id, fate: fateOf(node, undefined) })),
  ];
  return nodes.filter(({ fate }) => fate !== undefined);
}
