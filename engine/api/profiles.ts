import * as z from "zod";
import { MillraceError } from "../model/errors.ts";
import { profileSchema } from "../model/profile.ts";
import { onePage, pageOf } from "./paging.ts";
import { defineRoute } from "./route.ts";

const group = "Profiles";
const params = z.object({ name: z.string().max(64) });

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
    method: "put",
    path: "/api/profiles/{name}",
    summary: "Create or replace a profile",
    group,
    params,
    body: profileSchema,
    answers: { 200: profileSchema },
    async handler({ params, body }, { registry }) {
      if (body.name !== params.name)
        throw new MillraceError(
          "invalid_body",
          `The path says "${params.name}", the body "${body.name}"; give both one name.`,
        );
      return { body: await registry.putProfile(body) };
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
    async handler({ params }, { registry }) {
      if (!(await registry.profile(params.name))) throw noProfile(params.name);
      await registry.deleteProfile(params.name);
      return { status: 204 };
    },
  }),
];

const noProfile = (name: string) =>
  new MillraceError("not_found", `There is no profile "${name}"; GET /api/profiles lists them.`);
