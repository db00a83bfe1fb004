import * as z from "zod";
import type { Candidate } from "./candidate.ts";
import { layoutSchema } from "./layout.ts";
import type { Payload } from "./payload.ts";
import type { TableContent } from "./table.ts";
import { valueSchema } from "./value.ts";

export const identifier = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, "a letter, then letters, digits, _ or -, at most 64");

export const nodeSchema = z.strictObject({
  id: identifier,
  kind: z.string().min(1).max(64),
  version: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: "Version of the kind that the config was written for; left out: 1" }),
  name: z.string().max(128).optional(),
  config: z.record(z.string(), valueSchema).default({}),
});
export type FlowNode = z.infer<typeof nodeSchema>;

export const edgeSchema = z.strictObject({
  id: z.string().min(1).max(160).optional(),
  from: identifier,
  output: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: "Left out where the node has one output" }),
  to: identifier,
});
export type FlowEdge = z.infer<typeof edgeSchema>;

export const maxConditions = 100;
/** Characters in the name of a condition. */
export const maxConditionName = 64;

/** What a flow calls its conditions: words of its author. */
export const conditionName = z
  .string()
  .min(1)
  .max(maxConditionName)
  // A record drops this one without a word.
  .refine((name) => name !== "__proto__")
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are to be kept out
  .refine((name) => name === name.trim() && !/[\u0000-\u001f\u007f]/.test(name));

/** Each by its name; what they hold is checked with the nodes. */
const conditionsSchema = z
  .record(z.string(), z.record(z.string(), valueSchema))
  .superRefine((conditions, context) => {
    const names = Object.keys(conditions);
    if (names.length > maxConditions)
      context.addIssue({ code: "custom", message: `holds more than ${maxConditions}; take some out` });
    for (const name of names)
      if (!conditionName.safeParse(name).success)
        context.addIssue({
          code: "custom",
          path: [name],
          message: `has a name that cannot be used; give it 1 to ${maxConditionName} characters, with no space at either end`,
        });
  });

export const flowSchema = z.strictObject({
  id: identifier,
  name: z.string().trim().min(1).max(128),
  description: z.string().max(2000).optional(),
  schema: z.literal(1),
  conditions: conditionsSchema.optional().meta({
    description:
      'Conditions that settings use by name, as {"condition": "rush hour"}, in the form of json-rules-engine',
  }),
  nodes: z.array(nodeSchema).max(1000),
  edges: z.array(edgeSchema).max(4000),
  layout: layoutSchema.default({}),
});
/** A flow as its file holds it. */
export type Flow = z.infer<typeof flowSchema>;

/** Immutable, numbered from 1, with the hash of its canonical JSON. */
export interface FlowVersion {
  flow: string;
  version: number;
  message: string;
  /** Who made it; null where nobody said. */
  author: string | null;
  hash: string;
  /** Its commit in the flows repository; null until it is there. */
  commit: string | null;
  createdAt: string;
  definition: Flow;
}

export const deployModes = ["live", "shadow", "off"] as const;
export type DeployMode = (typeof deployModes)[number];

/** What lanes need to know of a running flow. */
export interface DeployedFlow {
  version: number;
  definition: Flow;
}

/**
 * All running flows at one moment, and what evaluating their messages needs beside. `revision` rises with every deployment
 * and with every change of the rest.
 */
export interface Deployment {
  revision: number;
  flows: DeployedFlow[];
  /** By profile: payloads that messages must keep to. */
  payloads?: Record<string, Payload>;
  /** By name: tables that these flows look something up in. */
  tables?: Record<string, TableContent>;
  /** Versions that run beside the live ones, at most one of a flow; left out where there are none. */
  candidates?: Candidate[];
}
