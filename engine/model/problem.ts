/** Something wrong with a flow, named by node or edge, said so that its author can mend it. */
export interface Problem {
  code: string;
  /** It may be wrong, and keeps nothing from running; left out: it is an error. */
  level?: "warning";
  message: string;
  node?: string;
  edge?: string;
  /** Name of the flow's condition that it lies in. */
  condition?: string;
  /** Path of the setting inside the node's config, such as "window.size", or inside the condition. */
  path?: string;
}

export const isError = ({ level }: Problem) => level !== "warning";
