import type { Options } from "./options.ts";

/** Milliseconds: p50, p95, p99. */
export type Spread = [number, number, number];

/** What one row may tell; each name says its unit. `report/columns.ts` has the words for them. */
export interface Figures {
  devices?: number;
  connections?: number;
  /** Time that the bulk import took to make the devices. */
  createSeconds?: number;
  openSeconds?: number;
  firstRoundSeconds?: number;
  acknowledgedPerSecond?: number;
  /** From the first message until the last one is evaluated and its point is in the series store. */
  throughPerSecond?: number;
  /** Against the ceiling of the same run: `acknowledgedPerSecond`, or `throughPerSecond` where only that is known. */
  ofCeiling?: number;
  /** Against the bare library of the same run. */
  ofBare?: number;
  atPerSecond?: number;
  acknowledgeMs?: Spread;
  commandMs?: Spread;
  commands?: number;
  refused?: number;
  memoryBeforeMb?: number;
  memoryMb?: number;
  /** Memory of one connection. */
  kbEach?: number;
  serverCores?: number;
  generatorCores?: number;
  /** Everything that ran on the machine. */
  machineCores?: number;
  /** Of these, what ran that the benchmark had not started: a row with much of it says little. */
  foreignCores?: number;
  loadSeconds?: number;
}

export interface Row {
  name: string;
  figures: Figures;
}

/** One file of `measure/` each. */
export interface Measurement {
  /** As in `--only=`. */
  name: string;
  title: string;
  /** Whether its rows are rates of MQTT messages, to be held against aedes alone. */
  againstCeiling: boolean;
  run(options: Options): Promise<Row[]>;
}
