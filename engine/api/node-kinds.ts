import * as z from "zod";
import { valueSchema } from "../model/value.ts";
import type { Kind } from "../nodes/kind.ts";
import { onePage, pageOf } from "./paging.ts";
import { defineRoute } from "./route.ts";

const kindSchema = z.object({
  kind: z.string(),
  version: z.int(),
  title: z.string(),
  group: z.string(),
  icon: z.string().meta({ description: "Name of a Tabler icon" }),
  summary: z.string(),
  help: z.string().meta({ description: "Markdown" }),
  source: z.boolean().meta({ description: "Starts a flow: takes no incoming edges" }),
  outputs: z.array(z.object({ name: z.string(), title: z.string() })),
  outputsFrom: z.object({ list: z.string(), name: z.string() }).optional().meta({
    description: "More outputs in front: one for each entry of the setting `list`, called by its `name`",
  }),
  config: z.record(z.string(), valueSchema).meta({ description: "JSON Schema of the settings" }),
});

const described = new WeakMap<readonly Kind[], z.infer<typeof kindSchema>[]>();

function describeKinds(kinds: readonly Kind[]) {
  const known = described.get(kinds) ?? kinds.map(describeKind);
  described.set(kinds, known);
  return known;
}

function describeKind(kind: Kind): z.infer<typeof kindSchema> {
  const { title, group, icon, summary, help, version, source = false } = kind;
  const config = z.toJSONSchema(kind.config, { io: "input", unrepresentable: "any" });
  const outputs = kind.outputs.map(({ name, title }) => ({ name, title }));
  return {
    kind: kind.kind,
    version,
    title,
    group,
    icon,
    summary,
    help,
    source,
    outputs,
    ...(kind.outputsFrom && { outputsFrom: kind.outputsFrom }),
    config: plain(config),
  };
}

const plain = (schema: object) => JSON.parse(JSON.stringify(schema));

export const nodeKindRoutes = [
  defineRoute({
    method: "get",
    path: "/api/node-kinds",
    summary: "List the kinds of nodes, with the JSON Schema of their settings",
    group: "Flows",
    answers: { 200: pageOf(kindSchema) },
    handler: (_, { kinds }) => ({ body: onePage(describeKinds(kinds)) }),
  }),
];
