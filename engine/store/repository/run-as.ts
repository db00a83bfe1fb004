import * as z from "zod";
import { besideFields, besideOf } from "../../flow/beside.ts";
import { sentence, told } from "../../flow/sentence.ts";
import { MillraceError } from "../../model/errors.ts";
import type { Deployment } from "../../model/flow.ts";
import { canonicalJson } from "../registry/canonical.ts";
import type { NewCandidate, Registry, RunsAs } from "../registry.ts";

const fields = { version: z.int(), forced: z.string().optional() };
const { devices, rollBack, matchWithinMs } = besideFields;
/** What stands in `deployments.json` of a version, by the way it runs. */
const waySchemas = {
  live: z.strictObject({ ...fields, mode: z.literal("live").default("live") }),
  shadow: z.strictObject({ ...fields, mode: z.literal("shadow"), matchWithinMs }),
  canary: z.strictObject({ ...fields, mode: z.literal("canary"), devices: devices.unwrap(), rollBack }),
};
type Live = z.infer<typeof waySchemas.live>;
type Candidate = z.infer<typeof waySchemas.shadow | typeof waySchemas.canary>;

interface Ways {
  live?: Live;
  beside?: NewCandidate & { version: number };
}

/**
 * Lets the flow run as `deployments.json` says, and gives what is deployed after each step; no rows: not at all. Throws
 * invalid_body for what deployments do not have, else what the registry throws.
 */
export async function* runAs(
  registry: Registry,
  flow: string,
  rows: readonly RunsAs[],
): AsyncGenerator<Deployment> {
  const asked = readWays(flow, rows);
  const own = (await registry.deployedRows()).filter((row) => row.flow === flow);
  const now = readWays(
    flow,
    own.map(({ flow: _flow, hash: _hash, ...row }) => row),
  );
  let { beside } = now;
  if (!isSame(asked.live, now.live)) {
    if (asked.live) yield await registry.deploy(flow, asked.live.version, "live", asked.live.forced);
    else yield await registry.deploy(flow, now.live!.version, "off");
    // Whatever ran beside it ended with that.
    beside = undefined;
  }
  if (isSame(asked.beside, beside)) return;
  if (asked.beside) yield await registry.beginCandidate(flow, asked.beside.version, asked.beside);
  else yield await registry.abandonCandidate(flow, beside!.version);
}

/** What the registry is to begin beside the live version. */
function candidateOf({ version, forced, ...way }: Candidate): NewCandidate & { version: number } {
  const mode = way.mode === "canary" ? "live" : way.mode;
  return { version, ...besideOf({ ...way, mode })!, ...(forced !== undefined && { forced }) };
}

function readWays(flow: string, rows: readonly RunsAs[]): Ways {
  const ways = rows.map(readWay);
  const [live, again] = ways.filter((way) => way.mode === "live");
  const [beside, another] = ways.filter((way) => way.mode !== "live");
  if (again) throw wrong(`The flow "${flow}" stands there twice; one version of it can run.`);
  if (another)
    throw wrong(`Two versions of the flow "${flow}" are to run beside the live one; one of them can.`);
  return { ...(live && { live }), ...(beside && { beside: candidateOf(beside) }) };
}

function readWay(row: RunsAs): Live | Candidate {
  const { mode = "live" } = row;
  const schema = Object.hasOwn(waySchemas, String(mode))
    ? waySchemas[mode as keyof typeof waySchemas]
    : undefined;
  if (!schema)
    throw wrong(`The mode is ${JSON.stringify(mode)}; choose one of "live", "shadow", "canary", "off".`);
  const read = schema.safeParse(row, { error: sentence, reportInput: true });
  if (read.success) return read.data;
  throw wrong(told(read.error.issues[0]!, "The deployment"));
}

const isSame = (one: object | undefined, other: object | undefined) =>
  canonicalJson(one ?? null) === canonicalJson(other ?? null);

const wrong = (message: string) => new MillraceError("invalid_body", message);
