import * as z from "zod";
import { caseSchema } from "../../flow/cases.ts";
import { sentence, told } from "../../flow/sentence.ts";
import { MillraceError } from "../../model/errors.ts";
import { type Flow, identifier } from "../../model/flow.ts";
import { jsonPlace } from "../../model/json-place.ts";
import { type Value, valueSchema } from "../../model/value.ts";
import { canonicalJson } from "../registry/canonical.ts";
import type { DeployedRow } from "../registry.ts";

export const flowPath = (flow: string) => `${flow}/flow.json`;
export const casesPath = (flow: string) => `${flow}/cases.json`;
export const deploymentsPath = "deployments.json";

/** Canonical text of a file: names sorted, one value a line. */
const fileText = (value: unknown) => `${JSON.stringify(JSON.parse(canonicalJson(value)), null, 2)}\n`;

/** The files of a version by path. Where nodes stand on the canvas comes last, apart from what they do. */
export function versionFiles(flow: Flow, cases: readonly Value[]): Map<string, string | null> {
  const { layout, ...rest } = JSON.parse(canonicalJson(flow)) as Flow;
  return new Map([
    [flowPath(flow.id), `${JSON.stringify({ ...rest, layout }, null, 2)}\n`],
    [casesPath(flow.id), cases.length > 0 ? fileText(cases) : null],
  ]);
}

/** JSON of a file's text. Throws invalid_body that says where it breaks off. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MillraceError("invalid_body", `This is not valid JSON: ${jsonPlace(text, error as Error)}.`);
  }
}

const casesSchema = z.array(caseSchema).max(200);

/** Test cases of a file's text; none where there is no file. Throws invalid_body. */
export function readCases(text: string | undefined): Value[] {
  if (text === undefined) return [];
  const json = readJson(text);
  fitting(casesSchema, json, "The list of cases");
  return json as Value[];
}

/** A flow that runs, as `deployments.json` says it: the hash finds the version also where numbers differ. */
const entrySchema = z
  .object({
    flow: identifier,
    version: z.union([z.int().min(1), z.literal("newest")]),
    hash: z.string().max(128).optional(),
    mode: z.string().max(16).default("live"),
  })
  .catchall(valueSchema);
export type DeploymentEntry = z.infer<typeof entrySchema>;

const deploymentsSchema = z.strictObject({
  schema: z.literal(1),
  deployments: z.array(entrySchema).max(10_000),
});

/** Deployments of the file's text, without those that are off. Throws invalid_body. */
export function readDeployments(text: string): DeploymentEntry[] {
  const { deployments } = fitting(deploymentsSchema, readJson(text), "The file");
  return deployments.filter(({ mode }) => mode !== "off");
}

export function deploymentsText(deployments: readonly DeploymentEntry[]): string {
  const byFlow = [...deployments].sort((a, b) =>
    canonicalJson([a.flow, a.mode]) < canonicalJson([b.flow, b.mode]) ? -1 : 1,
  );
  return fileText({ schema: 1, deployments: byFlow });
}

export const entryOf = (row: DeployedRow): DeploymentEntry => ({ mode: "live", ...row });

function fitting<T extends z.ZodType>(schema: T, json: unknown, whole: string): z.output<T> {
  const read = schema.safeParse(json, { error: sentence, reportInput: true });
  if (read.success) return read.data;
  throw new MillraceError("invalid_body", told(read.error.issues[0]!, whole));
}
