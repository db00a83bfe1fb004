import type { TraceStep } from "../../../engine/flow/outcome.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import type { Message } from "../../../engine/model/message.ts";
import type { Trace } from "../../../engine/model/trace.ts";
import { type Trial, trialOf } from "../try/trial.ts";

/** A trace as the canvas lights a trial's path. */
export function litPath(
  flow: Flow,
  { steps, message, device, at, values, version }: Trace,
  outputOf: (edge: Flow["edges"][number]) => string,
): Trial {
  const context = { ...device, profile: "", attributes: {}, revision: 0 };
  const passed = (fields: Message["values"]): Message => ({
    id: message,
    device: context,
    type: "telemetry",
    ts: at,
    arrivedAt: at,
    values: fields,
  });
  const visits = steps.map(
    ({ node, out, error }): TraceStep => ({
      message,
      device: context,
      flow: flow.id,
      version,
      node,
      in: passed(values),
      out: out.map(([output, fields]) => [output, passed(fields)]),
      state: { before: undefined, after: undefined },
      ...(error !== undefined && { error }),
    }),
  );
  return trialOf(flow, [], { steps: visits, effects: [], problems: [] }, outputOf);
}
