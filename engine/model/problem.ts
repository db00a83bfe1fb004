/** Something wrong with a flow, named by node or edge, said so that its author can mend it. */
export interface Problem {
  code: string;
  message: string;
  node?: string;
  edge?: string;
  /** Path of the setting inside the node's config, such as "window.size". */
  path?: string;
}
