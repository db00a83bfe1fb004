import * as z from "zod";
import type { Surroundings } from "../flow/surroundings.ts";
import { validateFlow } from "../flow/validate.ts";
import { varied } from "../flow/vary.ts";
import { archiveSpanSchema, backtestRunSchema } from "../model/backtest.ts";
import { MillraceError } from "../model/errors.ts";
import { type Flow, flowSchema } from "../model/flow.ts";
import type { Registry } from "../store/registry.ts";
import { findDraft, flowBytes, flowParams, requireNone } from "./flows.ts";
import type { ApiParts } from "./parts.ts";
import { defineRoute } from "./route.ts";
import { surroundingsOf } from "./surroundings.ts";
import { timeSchema } from "./time.ts";
import { findVersion } from "./versions.ts";

const group = "Flows";
const runParams = flowParams.extend({ run: z.string().max(64) });
const mostValues = 40;

const variedFields = {
  path: z
    .array(z.union([z.string().max(64), z.int()]))
    .min(1)
    .max(16)
    .meta({ description: "To a number in the node's settings, such as [raise, all, 0, value]" }),
  values: z.array(z.number()).min(2).max(mostValues),
};
const varySchema = z.union([
  z.strictObject({ node: z.string().max(64), ...variedFields }),
  z.strictObject({ condition: z.string().max(64).meta({ description: "A named one" }), ...variedFields }),
]);

export const backtestRoutes = [
  defineRoute({
    method: "get",
    path: "/api/archive",
    summary: "Say from when to when messages are kept",
    group,
    answers: { 200: archiveSpanSchema },
    errors: ["unavailable"],
    handler: async (_, { backtests }) => ({ body: await backtests.span() }),
  }),
  defineRoute({
    method: "post",
    path: "/api/flows/{id}/backtest",
    summary:
      "Run the draft, a version or the given flow over archived messages, beside the version that is live",
    group,
    params: flowParams,
    body: z.strictObject({
      from: timeSchema.optional(),
      to: timeSchema.optional().meta({ description: "Excluded" }),
      file: z.string().max(64).optional().meta({
        description: "Id of uploaded messages to run over instead; then from and to may be left out",
      }),
      version: z.int().min(1).optional(),
      flow: flowSchema.optional().meta({ description: "Runs instead of the draft" }),
      vary: varySchema.optional().meta({ description: "Count alarms for each value of one setting instead" }),
    }),
    limitBytes: flowBytes,
    answers: { 202: backtestRunSchema },
    errors: ["not_found", "invalid_flow", "bad_request", "conflict", "overloaded"],
    async handler({ params, body }, { registry, backtests, messageFiles, maxAheadMs }) {
      const { vary } = body;
      const uploaded = body.file === undefined ? undefined : findFile(messageFiles, body.file);
      const { from, to } = uploaded ? within(uploaded, body) : untilNow(body);
      const { flow, version } = await candidateOf(registry, params.id, body);
      const live = (await registry.deployment()).flows.find(({ definition }) => definition.id === params.id);
      const around = await surroundingsOf(flow, registry, live?.definition);
      requireNone(validateFlow(flow, around).problems);
      if (vary) requireVaried(flow, vary, around);
      const order = { flow, version, live: live ?? null, around, from, to, maxAheadMs };
      const run = backtests.start(params.id, { order, vary, file: uploaded?.file });
      const location = `/api/flows/${encodeURIComponent(params.id)}/backtest/${run.id}`;
      return { status: 202, headers: { Location: location }, body: run };
    },
  }),
  defineRoute({
    method: "get",
    path: "/api/flows/{id}/backtest/{run}",
    summary: "Show how far a backtest is, and its result",
    group,
    params: runParams,
    answers: { 200: backtestRunSchema },
    errors: ["not_found"],
    handler: ({ params }, { backtests }) => ({
      headers: { "Cache-Control": "no-store" },
      body: findRun(backtests, params),
    }),
  }),
  defineRoute({
    method: "delete",
    path: "/api/flows/{id}/backtest/{run}",
    summary: "Cancel a backtest",
    group,
    params: runParams,
    answers: { 204: null },
    errors: ["not_found"],
    handler({ params }, { backtests }) {
      backtests.cancel(findRun(backtests, params).id);
      return { status: 204 };
    },
  }),
];

function findRun(backtests: ApiParts["backtests"], { id, run }: z.output<typeof runParams>) {
  const found = backtests.find(run);
  if (found?.flow === id) return found;
  throw new MillraceError(
    "not_found",
    `There is no backtest ${run} of flow "${id}". The process that runs it keeps the last ones only; begin it anew.`,
  );
}

interface Between {
  from?: number | undefined;
  to?: number | undefined;
}

function findFile(messageFiles: ApiParts["messageFiles"], id: string) {
  const found = messageFiles.find(id);
  if (found) return found;
  throw new MillraceError(
    "not_found",
    `There is no file ${id}. The process that took it keeps the last ones only; upload it anew.`,
  );
}

/** Of a file all where nothing else is said. */
function within(file: { from: number; to: number }, { from = file.from, to = file.to }: Between) {
  if (from < to) return { from, to };
  throw new MillraceError("bad_request", '"from" has to be before "to".');
}

/** Of the archive what was said, as far as it came. */
function untilNow({ from, to }: Between) {
  if (from === undefined || to === undefined)
    throw new MillraceError("invalid_body", 'Say "from" and "to", or the "file" to run over.');
  const range = { from, to: Math.min(to, Date.now()) };
  if (range.from < range.to) return range;
  throw new MillraceError("bad_request", '"from" has to be before "to", and before now.');
}

async function candidateOf(
  registry: Registry,
  id: string,
  { version, flow }: { version?: number | undefined; flow?: Flow | undefined },
): Promise<{ flow: Flow; version: number | null }> {
  if (version !== undefined) return { flow: (await findVersion(registry, id, version)).definition, version };
  // What is compared is the same flow.
  if (flow) return { flow: { ...flow, id }, version: null };
  return { flow: (await findDraft(registry, id)).flow, version: null };
}

function requireVaried(flow: Flow, vary: z.output<typeof varySchema>, around: Surroundings) {
  for (const value of vary.values) {
    const other = varied(flow, vary, value);
    if (!other)
      throw new MillraceError(
        "bad_request",
        `${"node" in vary ? `Node "${vary.node}"` : `The condition "${vary.condition}"`} has no number at ${vary.path.join(" > ")}; name a setting that is a number.`,
      );
    requireNone(validateFlow(other, around).problems);
  }
}
