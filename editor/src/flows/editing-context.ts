import { createContext, useContext } from "react";
import type { Kinds } from "./kind-info.ts";
import type { OpenFlow } from "./open-flow.ts";
import type { FlowProblem } from "./problems.ts";

export interface Editing {
  open: OpenFlow;
  kinds: Kinds;
  /** A version is looked at; nothing changes. */
  readOnly?: boolean;
}

export const EditingContext = createContext<Editing | undefined>(undefined);

/** The flow being edited, for what stands inside the stage. */
export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (!editing) throw new Error("Nothing is being edited here.");
  return editing;
}

/** What became of a node or an edge from one state of the flow to another. */
export type Sign = "added" | "removed" | "changed";

/** What the canvas shows of a node beside the node itself. */
export interface Marks {
  problems: ReadonlyMap<string, readonly FlowProblem[]>;
  /** Ids of nodes that are otherwise than in the version that runs. */
  changed: ReadonlySet<string>;
  /** Ids of nodes that the chosen alarm's message passed. */
  path: ReadonlySet<string>;
  /** What decided at nodes of that path, as sentences. */
  said?: ReadonlyMap<string, string>;
  /** Where two states of the flow are compared: by id of a node, and by `<from>:<output>><to>` of an edge. */
  signs?: ReadonlyMap<string, Sign>;
}

export const MarksContext = createContext<Marks>({
  problems: new Map(),
  changed: new Set(),
  path: new Set(),
});
