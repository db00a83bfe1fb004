import type { ReactFlowInstance } from "@xyflow/react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Flow, FlowEdge } from "../../../engine/model/flow.ts";
import type { Place } from "../../../engine/model/layout.ts";
import type { Overlay } from "../history/overlay.ts";
import type { Trial } from "../try/trial.ts";
import type { RateEdge, StageNode } from "./graph.ts";

/** Where a new step is to come. */
export interface Spot {
  /** On the canvas. */
  at?: Place;
  /** It takes messages from this output. */
  after?: { node: string; output?: string };
  /** It gives messages to this node. */
  before?: string;
  /** It parts this edge. */
  into?: FlowEdge;
}

export type StageDialog =
  | { type: "add"; spot: Spot; x: number; y: number }
  | { type: "connect"; node: string; output?: string }
  | { type: "deploy" }
  | { type: "turn-off" }
  | { type: "rename" }
  | { type: "delete" }
  | { type: "new" }
  | { type: "import" }
  | { type: "connect-into"; node: string }
  | { type: "shortcuts" };

export interface ShownVersion {
  /** None where it is the draft, to be compared. */
  version: number | undefined;
  flow: Flow;
  /** Laid over another state of the flow, with what both are called. */
  over?: { before: string; after: string } & Overlay;
}

interface Stage {
  /** Ids of nodes, notes and groups. */
  selected: readonly string[];
  /** Ids of edges, as the canvas names them. */
  edges: readonly string[];
  dialog: StageDialog | undefined;
  /** The note, or the group whose title, is being written. */
  writing: string | undefined;
  trying: boolean;
  /** The flow is shown as a list of its steps. */
  asList: boolean;
  /** The list of problems is open. */
  inProblems: boolean;
  /** The list of versions is open. */
  inHistory: boolean;
  /** The backtest is open. */
  backtesting: boolean;
  /** What runs beside the live version, and what was deployed, is open. */
  beside: boolean;
  /** The named conditions are open, with the one that is edited. */
  conditions: { editing?: string } | undefined;
  /** The version on the canvas instead of the draft. */
  shown: ShownVersion | undefined;
  /** Where it is laid over another: in a drawing of its own each. */
  apart: boolean;
  trial: Trial | undefined;
  /** What just happened, or why it could not; `bad` where it is the latter. */
  notice: { text: string; at: number; bad: boolean } | undefined;
  /** The setting to go to when the node's form opens, such as "window.size". */
  goTo: string | undefined;
}

const empty: Stage = {
  selected: [],
  edges: [],
  dialog: undefined,
  writing: undefined,
  trying: false,
  asList: false,
  inProblems: false,
  inHistory: false,
  backtesting: false,
  beside: false,
  conditions: undefined,
  shown: undefined,
  apart: false,
  trial: undefined,
  notice: undefined,
  goTo: undefined,
};

/** What the person at the page looks at and has chosen: never saved, and no part of undo. */
export const stage = createStore<Stage>(() => empty);

export function useStage<T>(pick: (stage: Stage) => T): T {
  return useStore(stage, pick);
}

export function resetStage() {
  stage.setState({ ...empty, dialog: stage.getState().dialog });
}

export function openDialog(dialog: StageDialog | undefined) {
  stage.setState({ dialog });
}

export function showProblems(inProblems: boolean) {
  stage.setState({ inProblems });
}

const noPanel = {
  inHistory: false,
  trying: false,
  backtesting: false,
  beside: false,
  conditions: undefined,
} satisfies Partial<Stage>;

/** Opens the list of versions beside the canvas. */
export function showHistory() {
  stage.setState({ ...noPanel, inHistory: true });
}

/** Opens the backtest beside the canvas. */
export function showBacktest() {
  stage.setState({ ...noPanel, backtesting: true });
}

/** Opens what runs beside the live version, and what was deployed. */
export function showBeside() {
  stage.setState({ ...noPanel, beside: true });
}

/** Opens the named conditions of the flow, and of one the form. */
export function showConditions(editing?: string) {
  stage.setState({ ...noPanel, conditions: editing === undefined ? {} : { editing } });
}

export function say(text: string, { bad = false } = {}) {
  stage.setState({ notice: { text, at: Date.now(), bad } });
}

/** The drawn canvas, while there is one. */
export const view: { current: ReactFlowInstance<StageNode, RateEdge> | undefined } = { current: undefined };
