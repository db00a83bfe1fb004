import type { FlowNode } from "../model/flow.ts";
import { presentConfig } from "../nodes/kind.ts";
import { kindByName } from "../nodes/kinds.ts";
import { isSame } from "./same.ts";

/**
 * What becomes of that which a node remembers of each device or key, when another version takes its flow's place: it goes on
 * with it, begins with nothing, or is no more. State is never turned into another form: it fits or does not count.
 */
export type Fate = "kept" | "anew" | "gone";

/**
 * The fate of a node's state; undefined where it remembers nothing, or its settings cannot be read. Lanes keep state by flow,
 * id and kind; whether the settings still fit it, the kind says.
 */
export function fateOf(before: FlowNode, after: FlowNode | undefined): Fate | undefined {
  const was = memoryOf(before);
  if (was === undefined) return undefined;
  if (after === undefined) return "gone";
  return after.kind === before.kind && isSame(was, memoryOf(after)) ? "kept" : "anew";
}

/** What its state depends on; undefined where there is none. */
function memoryOf(node: FlowNode): unknown {
  const kind = kindByName(node.kind);
  if (!kind?.memory) return undefined;
  try {
    const config = kind.config.safeParse(presentConfig(kind, node));
    const memory = config.success ? kind.memory(config.data) : undefined;
    // Grouped by something else, it is kept under other keys.
    return memory === undefined ? undefined : [memory, kind.groupsBy?.(config.data)];
  } catch {
    return undefined;
  }
}
