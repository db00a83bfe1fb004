import type { Flow } from "../../engine/model/flow.ts";
import type { Values } from "../../engine/model/value.ts";

export interface JamSettings {
  limit?: number;
  size?: string;
  hold?: string;
  by?: string;
  severity?: string;
  /** Leaves the alarm out. */
  silent?: boolean;
  command?: Values;
}

/** Mean speed over a window, an alarm where it is low, a command behind it, and the mean saved. */
export function jamFlow({
  limit = 20,
  size = "30s",
  by = "device",
  command,
  ...more
}: JamSettings = {}): Flow {
  const { hold, severity = "major", silent } = more;
  const raise = { all: [{ fact: "mean", operator: "lessThan", value: limit }] };
  const values = [{ of: "speed", fn: "avg", as: "mean" }];
  const flow: Flow = {
    id: "jam",
    name: "Jam",
    schema: 1,
    nodes: [
      { id: "in", kind: "input", config: {} },
      { id: "avg", kind: "aggregate", config: { window: { size }, by, values } },
      { id: "save", kind: "save", config: { measurement: "speeds" } },
    ],
    edges: [
      { from: "in", to: "avg" },
      { from: "avg", output: "window", to: "save" },
    ],
    layout: {},
  };
  if (!silent) {
    flow.nodes.push({
      id: "low",
      kind: "alert",
      config: { type: "Jam", severity, raise, ...(hold && { hold }) },
    });
    flow.edges.push({ from: "avg", output: "window", to: "low" });
  }
  if (command && !silent) {
    flow.nodes.push({ id: "sign", kind: "command", config: { method: "setLimit", params: command } });
    flow.edges.push({ from: "low", output: "raised", to: "sign" });
  }
  return flow;
}
