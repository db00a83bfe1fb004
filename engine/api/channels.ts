import * as z from "zod";
import { channelsIn } from "../flow/field-reads.ts";
import { channelSchema, newChannelSchema } from "../model/channel.ts";
import { MillraceError } from "../model/errors.ts";
import { onePage, pageOf } from "./paging.ts";
import { defineRoute } from "./route.ts";

const group = "Channels";
const params = z.object({ name: z.string().max(64) });
const { name } = newChannelSchema.shape;

export const channelRoutes = [
  defineRoute({
    method: "get",
    path: "/api/channels",
    summary: "List the channels that notifications go by",
    group,
    answers: { 200: pageOf(channelSchema) },
    handler: async (_, { registry }) => ({ body: onePage(await registry.channels()) }),
  }),
  defineRoute({
    method: "get",
    path: "/api/channels/{name}",
    summary: "Show a channel, without its secret",
    group,
    params,
    answers: { 200: channelSchema },
    errors: ["not_found"],
    async handler({ params }, { registry }) {
      const channel = await registry.channel(params.name);
      if (!channel) throw noChannel(params.name);
      return { body: channel };
    },
  }),
  defineRoute({
    method: "put",
    path: "/api/channels/{name}",
    summary: "Create or replace a channel; a secret that is left out stays",
    group,
    params: z.object({ name }),
    body: newChannelSchema.extend({ name: name.optional() }),
    answers: { 200: channelSchema },
    errors: ["forbidden"],
    async handler({ params, body }, { registry, allowChannel }) {
      if (body.name !== undefined && body.name !== params.name)
        throw new MillraceError(
          "invalid_body",
          `The path says "${params.name}", the body "${body.name}"; leave the name out of the body.`,
        );
      allowChannel(body.settings);
      await requireOwnSecret(params.name, body);
      return { body: await registry.putChannel({ ...body, name: params.name }) };

      /** A kept secret must not go to a place that whoever changes the channel may choose. */
      async function requireOwnSecret(name: string, { settings, secret }: typeof body) {
        const before = secret === undefined ? await registry.channel(name) : undefined;
        if (!before?.hasSecret || placeOf(before.settings) === placeOf(settings)) return;
        throw new MillraceError(
          "conflict",
          `The channel "${name}" would send its kept secret to another place; give the secret again.`,
        );
      }
    },
  }),
  defineRoute({
    method: "post",
    path: "/api/channels/{name}/test",
    summary: "Send a notification that says it is a test, once, and tell what happened",
    group,
    params,
    answers: {
      200: z.object({
        sent: z.boolean(),
        reason: z.string().nullable().meta({ description: "Why its receiver did not take it" }),
      }),
    },
    errors: ["not_found"],
    async handler({ params }, { registry, tryChannel }) {
      const channel = await registry.channel(params.name);
      if (!channel) throw noChannel(params.name);
      const reason = await tryChannel(channel, await registry.channelSecret(channel.name));
      return { body: { sent: reason === undefined, reason: reason ?? null } };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/api/channels/{name}",
    summary: "Delete a channel that no running flow names",
    group,
    params,
    answers: { 204: null },
    errors: ["not_found", "conflict"],
    async handler({ params }, { registry }) {
      if (!(await registry.channel(params.name))) throw noChannel(params.name);
      const { flows } = await registry.deployment();
      const user = flows.find(({ definition }) =>
        channelsIn(definition).some(({ name }) => name === params.name),
      );
      if (user)
        throw new MillraceError(
          "conflict",
          `The flow "${user.definition.id}" sends by the channel "${params.name}"; change the flow first.`,
        );
      await registry.deleteChannel(params.name);
      return { status: 204 };
    },
  }),
];

function placeOf(settings: z.infer<typeof newChannelSchema>["settings"]): string {
  if (settings.type === "webhook") return new URL(settings.url).origin;
  return `${settings.type} ${settings.host.toLowerCase()}:${settings.port} ${settings.security}`;
}

const noChannel = (name: string) =>
  new MillraceError("not_found", `There is no channel "${name}"; GET /api/channels lists them.`);
