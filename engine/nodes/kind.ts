import type * as z from "zod";
import type { Reason } from "../model/cause.ts";
import type { CommandResult } from "../model/command.ts";
import type { Wish } from "../model/effect.ts";
import type { Message } from "../model/message.ts";
import type { TableContent } from "../model/table.ts";
import type { Values } from "../model/value.ts";
import type { FieldChanges } from "./field-change.ts";
import type { Lookups } from "./lookup.ts";

/** What one visit of a node says should happen. Everything left out stays as it was. */
export interface Step {
  /** Messages that leave, each by one of the kind's outputs. */
  out?: readonly (readonly [output: string, message: Message])[];
  /** The node's new state for this key; null forgets it. */
  state?: unknown;
  /** Wake the node by a tick at this time (ms since the epoch, server clock); null: no longer. */
  wakeAt?: number | null;
  /** Whether the node wants to see what telemetry the device sends from now on, wherever its edges lead. */
  watches?: boolean;
  wishes?: readonly Wish[];
  /** Goes into the flow that the node's settings name, before anything leaves by `out`. For kinds with `handsTo`. */
  handOver?: Message;
}

/**
 * A node, made from its settings. Pure: what it returns depends on its arguments alone, and it changes none of them.
 * A throw sends the message to the dead letters, with the error's sentence.
 */
export interface Node {
  evaluate(message: Message, state: unknown): Step;
  /** A tick reached `wakeAt`. `device` is the last message's; `now` is the tick's time in ms. */
  tick?(now: number, device: Message["device"], state: unknown): Step;
  /** A command of the node fared so, at `at` (ms, server clock). */
  result?(result: CommandResult, at: number, device: Message["device"], state: unknown): Step;
  /** Telemetry of a device for which the node asked to see it; it comes here before the flows see it. */
  watch?(message: Message, state: unknown): Step;
  /** An operator cleared this alarm of the node. Gives the state to go on with, null for none; left out: none. */
  cleared?(alarm: string, state: unknown): unknown;
  /** Why it did what it did. Asked only when an alarm or a command came of it; a throw leaves it unexplained. */
  explain?(seen: Seen): Explained;
}

/** One visit of a node, looked at again. */
export interface Seen {
  /** What came; neither where it was a tick or the result of a command. */
  message: Message | undefined;
  tick: number | undefined;
  result: CommandResult | undefined;
  /** The node's state before. */
  state: unknown;
  /**
   * The message that left and its output, or what was wished. None of them where the visit was in the lane of another
   * device, which only the message itself tells of.
   */
  left: Message | undefined;
  output: string | undefined;
  wish: Wish | undefined;
}

/** A message that a node took into account; its id where the node kept it. */
export interface Taken {
  id?: string;
  ts: number;
  values: Values;
}

export interface Explained {
  reasons?: readonly Reason[];
  /** The values that decided, where they are not those of the reasons. */
  values?: Values;
  /** Times in ms. */
  window?: { start: number; end: number; count: number; messages: readonly Taken[] };
  /** Earlier messages that it remembered. */
  messages?: readonly Taken[];
}

/** What a node is made from beside its settings. */
export interface Given {
  tables: Lookups;
}

/** A reading; `passesBy` where no edge leads it to the node, which may watch it all the same. */
export interface ExampleReading {
  at: number;
  values: Values;
  ts?: number;
  device?: Partial<Message["device"]>;
  type?: Message["type"];
  /** The flow that hands it over. */
  via?: string;
  passesBy?: true;
}

/** How the command or notification with that number ended, counted from 1 over all that the node sent. */
export type ExampleResult = { at: number } & ({ command: number } | { notification: number }) &
  Omit<CommandResult, "ref" | "command" | "of"> & {
    of?: number;
    told?: CommandResult["command"];
  };

export interface Example {
  /** A fact: "two slow readings raise one alarm". */
  title: string;
  config: unknown;
  /** By name: what it looks things up in. */
  tables?: Readonly<Record<string, TableContent>>;
  /** Readings in order, ticks, or results of commands. `at` is in ms since the epoch; event time and arrival time alike. */
  given: readonly (ExampleReading | ExampleResult | { tick: number })[];
  /** All that leaves, in order. */
  expect: {
    out?: readonly (readonly [output: string, values: Values])[];
    wishes?: readonly Partial<Wish>[];
    /** What goes into another flow. */
    handed?: readonly Values[];
  };
}

export interface Output {
  name: string;
  title: string;
}

/** A kind of node, as data: the engine, the editor, the reference pages and the tests all read this one object. */
export interface Kind<Config = unknown> {
  kind: string;
  /** Of the config's shape; state of another version is forgotten at deployment. */
  version: number;
  /**
   * Turns settings of an older version into those of the present one; what has the present form already comes back as it
   * is. Throws an Error with a sentence for the author where that cannot be done.
   */
  upgrade?(config: Values, from: number): Values;
  title: string;
  group: "Input" | "Decide" | "Transform" | "Act";
  /** Name of a Tabler icon. */
  icon: string;
  /** One sentence. */
  summary: string;
  /** For the domain expert, in Markdown: what it does, what happens with missing or wrong values. */
  help: string;
  /** An input node starts a flow: it has no incoming edges, and sees the message types it asks for. */
  source?: boolean;
  /** Name of the setting that says by id which flow the node hands messages to. */
  handsTo?: string;
  /** For a `source`: whether it takes messages that other flows hand over; left out: no. */
  takesHanded?(config: Config): boolean;
  outputs: readonly Output[];
  /** More outputs, in front of `outputs`: one for each entry of the list setting, called by the entry's text setting. */
  outputsFrom?: { list: string; name: string };
  /**
   * What the short names of its state mean, for whoever looks at a trial: by path, with `*` for the places of a list, and
   * with the unit where it is none of time or count. "" is not shown.
   */
  remembers?: Readonly<Record<string, string>>;
  /** Sentences of its explanations: see `Remark`. */
  remarks?: Readonly<Record<string, string>>;
  config: z.ZodType<Config>;
  /** What it groups messages by: "device", or a field or attribute. Left out: the device. See `by.ts`. */
  groupsBy?(config: Config): string;
  /**
   * For kinds that remember something: the part of the settings that decides whether it still counts under other settings;
   * undefined where these remember nothing. Grouping by something else is told by `groupsBy` alone.
   */
  memory?(config: Config): unknown;
  /**
   * Where it needs the device that sent the message, and what messages were grouped by cannot stand for that: what its
   * author can do about it. Left out: it needs none.
   */
  needsDevice?(config: Config, by: string): string | undefined;
  /** How a node changes the fields of messages; left out: they leave with those they came with. */
  fields?(config: Config): FieldChanges;
  /** Plain-English line for the canvas, such as "avgSpeed below 20". */
  describe(config: Config): string;
  /** Throws an Error with a sentence for the author when the settings cannot work together. */
  create(config: Config, given?: Given): Node;
  examples: readonly Example[];
}

/** Checks a kind's types and gives it back, forgetting the config's type so that kinds fit one list. */
export function defineKind<Config>(kind: Kind<Config>): Kind {
  return kind as Kind;
}

/** The outputs a node of the kind has under these settings, which may be unfinished or wrong. */
export function outputsOf({ outputs, outputsFrom }: Pick<Kind, "outputs" | "outputsFrom">, config: unknown) {
  const entries = outputsFrom && (config as Record<string, unknown> | null)?.[outputsFrom.list];
  if (!Array.isArray(entries)) return outputs;
  const names = entries.map((entry) => entry?.[outputsFrom!.name]);
  const own = names.filter((name, index) => typeof name === "string" && names.indexOf(name) === index);
  return [...own.map((name: string): Output => ({ name, title: name })), ...outputs];
}

/** The settings of a node as its kind reads them now. `version` is the one they were written for, 1 where left out. */
export function presentConfig(
  kind: Kind,
  { config, version = 1 }: { config: Values; version?: number },
): Values {
  return kind.upgrade && version < kind.version ? kind.upgrade(config, version) : config;
}
