import type { Trace } from "../../../engine/model/trace.ts";

export interface TraceFilter {
  /** It came to this node. */
  node: string | undefined;
  /** It left the node, or any, by this output. */
  output: string;
  /** Part of the device's name, a field, a value or an error. */
  text: string;
  onlyFailed: boolean;
}

/** Whether a trace is among those that are looked for. */
export function fits(trace: Trace, { node, output, text, onlyFailed }: TraceFilter): boolean {
  const steps = node === undefined ? trace.steps : trace.steps.filter((step) => step.node === node);
  if (steps.length === 0) return false;
  if (output !== "" && !steps.some(({ out }) => out.some(([name]) => name === output))) return false;
  if (onlyFailed && !steps.some(({ error }) => error)) return false;
  const sought = text.trim().toLowerCase();
  return sought === "" || textOf(trace).includes(sought);
}

function textOf({ device, values, steps }: Trace): string {
  const left = steps.map(({ node, out, error }) => [node, error, out]);
  return `${device.name} ${JSON.stringify([values, left])}`.toLowerCase();
}

/** The outputs by which the traces left the node, or any node. */
export function outputsIn(traces: readonly Trace[], node: string | undefined): string[] {
  const outputs = traces.flatMap(({ steps }) =>
    steps
      .filter((step) => node === undefined || step.node === node)
      .flatMap(({ out }) => out.map(([name]) => name)),
  );
  return [...new Set(outputs)].sort();
}
