import type * as z from "zod";
import type { Wish } from "../model/effect.ts";
import type { Message } from "../model/message.ts";
import type { Values } from "../model/value.ts";

/** What one visit of a node says should happen. Everything left out stays as it was. */
export interface Step {
  /** Messages that leave, each by one of the kind's outputs. */
  out?: readonly (readonly [output: string, message: Message])[];
  /** The node's new state for this key; null forgets it. */
  state?: unknown;
  /** Wake the node by a tick at this time (ms since the epoch, server clock); null: no longer. */
  wakeAt?: number | null;
  wishes?: readonly Wish[];
}

/**
 * A node, made from its settings. Pure: what it returns depends on its arguments alone, and it changes none of them.
 * A throw sends the message to the dead letters, with the error's sentence.
 */
export interface Node {
  evaluate(message: Message, state: unknown): Step;
  /** A tick reached `wakeAt`. `device` is the last message's; `now` is the tick's time in ms. */
  tick?(now: number, device: Message["device"], state: unknown): Step;
}

export interface Example {
  /** A fact: "two slow readings raise one alarm". */
  title: string;
  config: unknown;
  /** Readings in order, or ticks. `at` is in ms since the epoch; event time and arrival time alike. */
  given: readonly (
    | { at: number; values: Values; ts?: number; device?: Partial<Message["device"]> }
    | { tick: number }
  )[];
  /** All that leaves, in order. */
  expect: { out?: readonly (readonly [output: string, values: Values])[]; wishes?: readonly Partial<Wish>[] };
}

/** A kind of node, as data: the engine, the editor, the reference pages and the tests all read this one object. */
export interface Kind<Config = unknown> {
  kind: string;
  /** Of the config's shape; state of another version is forgotten at deployment. */
  version: number;
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
  outputs: readonly { name: string; title: string }[];
  config: z.ZodType<Config>;
  /** Plain-English line for the canvas, such as "avgSpeed below 20". */
  describe(config: Config): string;
  /** Throws an Error with a sentence for the author when the settings cannot work together. */
  create(config: Config): Node;
  examples: readonly Example[];
}

/** Checks a kind's types and gives it back, forgetting the config's type so that kinds fit one list. */
export function defineKind<Config>(kind: Kind<Config>): Kind {
  return kind as Kind;
}
