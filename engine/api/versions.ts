import * as z from "zod";
import { besideFields, requireFitting } from "../flow/beside.ts";
import { MillraceError } from "../model/errors.ts";
import { deployModes, type Flow, type FlowVersion, flowSchema } from "../model/flow.ts";
import type { Value } from "../model/value.ts";
import type { Registry } from "../store/registry.ts";
import { deployAs } from "./candidates.ts";
import { requirePassing } from "./cases.ts";
import { findDraft, flowParams, requireSound } from "./flows.ts";
import { onePage, pageOf } from "./paging.ts";
import type { ApiParts } from "./parts.ts";
import { defineRoute } from "./route.ts";
import { surroundingsOf } from "./surroundings.ts";

const group = "Flows";
const versionNumber = z.coerce.number().int().min(1).max(2_147_483_647);

export const authorSchema = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .optional()
  .meta({ description: "Who does it, for the flows repository" });

const listedVersion = z.object({
  flow: z.string(),
  version: z.int(),
  message: z.string(),
  author: z.string().nullable().meta({ description: "Who made it; null where nobody said" }),
  hash: z.string(),
  commit: z
    .string()
    .nullable()
    .meta({ description: "Its commit in the flows repository; null until it is there" }),
  createdAt: z.iso.datetime(),
});
const versionSchema = listedVersion.extend({ definition: flowSchema });

/** The version, or a not_found that says what to do. */
export async function findVersion(registry: Registry, id: string, number: number): Promise<FlowVersion> {
  const version = await registry.version(id, number);
  if (version) return version;
  throw new MillraceError(
    "not_found",
    `There is no version ${number} of flow "${id}"; GET /api/flows/${encodeURIComponent(id)}/versions lists them.`,
  );
}

/** The version to switch off where the request names none: the one that runs. */
async function liveVersion(registry: Registry, id: string): Promise<number> {
  const { flows } = await registry.deployment();
  const live = flows.find(({ definition }) => definition.id === id);
  const running = live ?? (await registry.candidate(id));
  if (running) return running.version;
  throw new MillraceError("conflict", `Flow "${id}" does not run, so it cannot be switched off.`);
}

export const versionRoutes = [
  defineRoute({
    method: "post",
    path: "/api/flows/{id}/versions",
    summary: "Freeze the draft as a version",
    group,
    params: flowParams,
    body: z.strictObject({ message: z.string().trim().max(500).default(""), author: authorSchema }),
    answers: { 201: versionSchema },
    errors: ["not_found", "invalid_flow"],
    async handler({ params, body }, { registry, repository }) {
      const { flow } = await findDraft(registry, params.id);
      await requireSound(flow, registry);
      // Someone may have saved an unfinished draft in between; it is frozen then, but deploying it is refused.
      const { version } = await registry.createVersion(params.id, body.message, body.author);
      await repository.recorded();
      return {
        status: 201,
        headers: { Location: `/api/flows/${params.id}/versions/${version}` },
        body: await findVersion(registry, params.id, version),
      };
    },
  }),
  defineRoute({
    method: "get",
    path: "/api/flows/{id}/versions",
    summary: "List the versions of a flow, newest first",
    group,
    params: flowParams,
    answers: { 200: pageOf(listedVersion) },
    errors: ["not_found"],
    async handler({ params }, { registry }) {
      await findDraft(registry, params.id);
      return { body: onePage(await registry.versions(params.id)) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/api/flows/{id}/versions/{version}",
    summary: "Show a version with its definition",
    group,
    params: flowParams.extend({ version: versionNumber }),
    answers: { 200: versionSchema },
    errors: ["not_found"],
    handler: async ({ params }, { registry }) => ({
      body: await findVersion(registry, params.id, params.version),
    }),
  }),
  defineRoute({
    method: "post",
    path: "/api/flows/{id}/deploy",
    summary: "Run a version for all, in shadow or for some devices, or switch it off",
    group,
    params: flowParams,
    body: z
      .strictObject({
        version: z.int().min(1).max(2_147_483_647).optional(),
        mode: z.enum(deployModes).default("live"),
        author: authorSchema,
        force: z
          .string()
          .trim()
          .min(1)
          .max(500)
          .optional()
          .meta({ description: "Why it shall run although its test cases fail; kept with the deployment" }),
        ...besideFields,
      })
      .refine(({ version, mode }) => version !== undefined || mode === "off", {
        path: ["version"],
        message: "say which version is to run",
      })
      .superRefine(requireFitting),
    answers: {
      200: z.object({
        revision: z.int().meta({ description: "Rises with every deployment" }),
        flows: z.array(z.object({ id: z.string(), version: z.int() })).meta({ description: "All that run" }),
      }),
    },
    errors: ["not_found", "conflict", "invalid_flow", "cases_failed"],
    async handler({ params, body }, parts) {
      const { registry, repository, after } = parts;
      await findDraft(registry, params.id);
      const number = body.version ?? (await liveVersion(registry, params.id));
      const version = await findVersion(registry, params.id, number);
      if (body.mode !== "off") {
        await requireSound(version.definition, registry);
        if (body.force === undefined)
          await requireCases(version.definition, await registry.versionCases(params.id, number), parts);
      }
      const deployment = await deployAs(registry, params.id, number, body);
      await after.deployed(deployment);
      await repository.recorded({ flow: params.id, author: body.author });
      const flows = deployment.flows.map(({ version, definition }) => ({ id: definition.id, version }));
      return { body: { revision: deployment.revision, flows } };
    },
  }),
];

async function requireCases(flow: Flow, cases: readonly Value[], { registry, testFlow }: ApiParts) {
  requirePassing(await testFlow(flow, cases, await surroundingsOf(flow, registry)));
}
