import { createContext, useContext } from "react";
import type { FlowProblem } from "../flows/problems.ts";
import type { Schema } from "./schema.ts";

export interface NamedInForm {
  /** The one that the form is of, which has its name already. */
  own?: string | undefined;
  /** Those that may stand here. */
  byName: Readonly<Record<string, unknown>>;
  /** All names that are taken. */
  taken: readonly string[];
  /** Gives a condition a name in the flow, in one step with the setting that is set next. */
  add(name: string, condition: unknown): void;
  /** Shows where it can be changed. */
  show(name: string): void;
}

/** What every control of a form may ask for. */
export interface FormInfo {
  problems: readonly FlowProblem[];
  /** Names of fields seen in messages or written by steps of the flow. */
  fields: readonly string[];
  /** Names of attributes seen on devices. */
  attributes: readonly string[];
  /** Units of fields, by name, where profiles give them. */
  units: ReadonlyMap<string, string>;
  /** Names of channels. */
  channels: readonly string[];
  /** By name of a table: names of its columns. */
  tables: ReadonlyMap<string, readonly string[]>;
  /** Ids of the other flows. */
  flows: readonly string[];
  /** The conditions that settings may use by name; left out where no flow is around. */
  conditions?: NamedInForm;
  /** The setting to go to, such as "window.size". */
  goTo: string | undefined;
}

export const FormContext = createContext<FormInfo>({
  problems: [],
  fields: [],
  attributes: [],
  channels: [],
  tables: new Map(),
  units: new Map(),
  flows: [],
  goTo: undefined,
});

export function useForm(): FormInfo {
  return useContext(FormContext);
}

/** One setting: its schema, its value, and where it stands. */
export interface ControlProps<T = unknown> {
  schema: Schema;
  value: T;
  path: string;
  label: string;
  set: (value: unknown) => void;
  required?: boolean;
  /** The settings that it stands beside. */
  beside?: Readonly<Record<string, unknown>>;
}

export const isAt = (problem: FlowProblem, path: string) => problem.path === path;

/** Problems of the setting itself or of anything in it. */
export function isIn({ path: at }: FlowProblem, path: string): boolean {
  return at === path || (at?.startsWith(`${path}.`) ?? false) || (at?.startsWith(`${path}[`) ?? false);
}
