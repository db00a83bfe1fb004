import * as z from "zod";
import { MillraceError } from "../model/errors.ts";
import { profileSchema } from "../model/profile.ts";
import { valuesSchema } from "../model/value.ts";
import { onePage, pageOf } from "./paging.ts";
import { defineRoute } from "./route.ts";

const group = "Profiles";
const params = z.object({ name: z.string().max(64) });
const { name } = profileSchema.shape;

export const profileRoutes = [
  defineRoute({
    method: "get",
    path: "/api/profiles",
    summary: "List profiles",
    group,
    answers: { 200: pageOf(profileSchema) },
    handler: async (_, { registry }) => ({ body: onePage(await registry.profiles()) }),
  }),
  defineRoute({
    method: "get",
    path: "/api/profiles/{name}",
    summary: "Show a profile",
    group,
    params,
    answers: { 200: profileSchema },
    errors: ["not_found"],
    async handler({ params }, { registry }) {
      const profile = await registry.profile(params.name);
      if (!profile) throw noProfile(params.name);
      return { body: profile };
    },
  }),
  defineRoute({
    method: "get",
    path: "/api/profiles/{name}/fields",
    summary: "Show which fields devices of the profile sent lately, each with a value",
    group,
    params,
    answers: { 200: valuesSchema.meta({ description: "Long texts are cut short" }) },
    errors: ["not_found"],
    async handler({ params }, { registry }) {
      if (!(await registry.profile(params.name))) throw noProfile(params.name);
      return { body: await registry.seenFields(params.name) };
    },
  }),
  defineRoute({
    method: "put",
    path: "/api/profiles/{name}",
    summary: "Create or replace a profile",
    group,
    params: z.object({ name }),
    body: profileSchema.extend({ name: name.optional() }),
    answers: { 200: profileSchema },
    async handler({ params, body }, { registry, after }) {
      if (body.name !== undefined && body.name !== params.name)
        throw new MillraceError(
          "invalid_body",
          `The path says "${params.name}", the body "${body.name}"; leave the name out of the body.`,
        );
      const before = await registry.deployment();
      const profile = await registry.putProfile({ ...body, name: params.name });
      await after.profileChanged(profile.name);
      const deployment = await registry.deployment();
      // Lanes hold messages to payloads: they are told in their order, as of deployments.
      if (deployment.revision !== before.revision) await after.deployed(deployment);
      return { body: profile };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/api/profiles/{name}",
    summary: "Delete a profile",
    group,
    params,
    answers: { 204: null },
    errors: ["not_found", "conflict"],
    async handler({ params }, { registry, after }) {
      if (!(await registry.profile(params.name))) throw noProfile(params.name);
      await registry.deleteProfile(params.name);
      await after.profileChanged(params.name);
      return { status: 204 };
    },
  }),
];

const noProfile = (name: string) =>
  new MillraceError("not_found", `There is no profile "${name}"; GET /api/profiles lists them.`);
