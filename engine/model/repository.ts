import type { Problem } from "./problem.ts";

/** Something in the flows repository that was not taken, or waits for a person; said so that it can be mended. */
export interface RepositoryProblem {
  /**
   * `not_taken`: what was committed cannot be a version, or cannot run. `edited`: a file has edits that nobody committed,
   * and was left as it is. `remote`: it is not as the remote has it.
   */
  code: "not_taken" | "edited" | "remote";
  /** In the repository, such as "congestion/flow.json"; null: the repository as a whole, or its remote. */
  path: string | null;
  /** The flow that it is about, where it is one. */
  flow: string | null;
  message: string;
  /** What is wrong with a flow, by node and setting. */
  problems?: Problem[];
  /** What ran when it was reported: what is deployed otherwise since makes it void. Of `deployments.json` alone. */
  ran?: string;
}

/** How the flows repository stands. */
export interface RepositoryReport {
  /** The branch that counts. */
  branch: string;
  /** Its newest commit that was taken; null while there is none. */
  head: string | null;
  /** How many versions are not yet in the repository. */
  pending: number;
  problems: RepositoryProblem[];
}

/** Who did something, as commits name it. */
export interface Author {
  name: string;
  email?: string;
}

/** Where nobody said who it was. */
export const nobody = "Millrace";
