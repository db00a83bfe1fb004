import * as z from "zod";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { type Trace, traceSchema } from "../../../engine/model/trace.ts";
import { stage } from "../flows/stage.ts";

interface Watching {
  /** The panel is open. */
  isOpen: boolean;
  isPaused: boolean;
  connection: "connecting" | "live" | "lost";
  /** Newest first, at most `kept`. */
  traces: readonly Numbered[];
  /** The one that is open in the list and lit on the canvas. */
  chosen: number | undefined;
}

/** A trace as it came to this page. */
export interface Numbered {
  number: number;
  trace: Trace;
}

const kept = 200;
const tracesSchema = z.object({ traces: z.array(traceSchema) });
const none = { traces: [], chosen: undefined, isPaused: false, connection: "connecting" } as const;
let lastNumber = 0;

export const watching = createStore<Watching>(() => ({ isOpen: false, ...none }));

export function useWatching<T>(pick: (state: Watching) => T): T {
  return useStore(watching, pick);
}

/** Opens the panel with the messages that pass now. */
export function watch() {
  stage.setState({ trying: false, trial: undefined });
  watching.setState({ isOpen: true });
}

/** Watches a flow, or one device in it, until the returned function is called. */
export function watchFlow(flow: string, device: string | undefined): () => void {
  watching.setState(none);
  const query = new URLSearchParams({ trace: flow, ...(device && { device }) });
  const source = new EventSource(`/api/live?${query}`);
  source.onopen = () => watching.setState({ connection: "live" });
  source.onerror = () => watching.setState({ connection: "lost" });
  source.addEventListener("traces", (event: MessageEvent<string>) => {
    const { isPaused, traces } = watching.getState();
    const read = isPaused ? undefined : tracesSchema.safeParse(JSON.parse(event.data));
    if (!read?.success) return;
    const come = read.data.traces
      .filter((trace) => device === undefined || trace.device.id === device)
      .map((trace) => ({ number: ++lastNumber, trace }));
    watching.setState({ traces: [...come.reverse(), ...traces].slice(0, kept) });
  });
  return () => source.close();
}
