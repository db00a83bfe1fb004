import type { machine } from "../machine.ts";
import type { Row } from "../measurement.ts";

/** One run, as it is written to `results/`. */
export interface Result {
  machine: ReturnType<typeof machine>;
  options: { seconds: number; warmupSeconds: number; most: number };
  tookSeconds: number;
  measurements: Measured[];
}

export interface Measured {
  name: string;
  title: string;
  /** With starting, filling and stopping what was measured. */
  tookSeconds: number;
  rows: Row[];
  /** Why there are no rows. */
  failed?: string;
}
