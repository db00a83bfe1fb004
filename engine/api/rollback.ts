import * as z from "zod";
import { MillraceError } from "../model/errors.ts";
import type { Registry } from "../store/registry.ts";
import { findDraft, flowParams } from "./flows.ts";
import { defineRoute } from "./route.ts";
import { authorSchema, versionRoutes } from "./versions.ts";

// Rolling back is deploying: the same checks, the same answer.
const deploying = versionRoutes.find(({ path }) => path.endsWith("/deploy"))!;

/** The newest version before the one that runs. */
async function versionBefore(registry: Registry, id: string): Promise<number> {
  const live = (await registry.deployment()).flows.find(({ definition }) => definition.id === id);
  if (!live)
    throw new MillraceError(
      "conflict",
      `Flow "${id}" does not run, so there is nothing to go back from; say which version.`,
    );
  const before = (await registry.versions(id)).find(({ version }) => version < live.version);
  if (before) return before.version;
  throw new MillraceError(
    "conflict",
    `Flow "${id}" runs as version ${live.version}, and there is no version before it.`,
  );
}

export const rollbackRoutes = [
  defineRoute({
    method: "post",
    path: "/api/flows/{id}/rollback",
    summary: "Run the version before the one that runs, or the one that is named",
    group: "Flows",
    params: flowParams,
    body: z.strictObject({
      version: z.int().min(1).max(2_147_483_647).optional(),
      author: authorSchema,
      force: z
        .string()
        .trim()
        .min(1)
        .max(500)
        .optional()
        .meta({ description: "Why it shall run although its test cases fail" }),
    }),
    answers: deploying.answers,
    errors: deploying.errors,
    async handler({ params, body, ...rest }, parts) {
      await findDraft(parts.registry, params.id);
      const version = body.version ?? (await versionBefore(parts.registry, params.id));
      return await deploying.handler({ ...rest, params, body: { ...body, version, mode: "live" } }, parts);
    },
  }),
];
