import { temporal } from "zundo";
import { createStore } from "zustand/vanilla";
import { isSame } from "../../../engine/flow/same.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import type { Change } from "./changes.ts";
import { type Merged, merge } from "./merge.ts";

const gestureMs = 2000;
const steps = 200;

/** The one document that is edited, with its history. Selection and view are no part of it. */
export function openDocument(flow: Flow) {
  const store = createStore(temporal(() => ({ flow }), { limit: steps }));
  let last = { gesture: "", at: 0 };

  /** One undo step a call; calls of one `gesture`, such as typing into one field, make one step together. */
  function apply(change: Change, gesture = "") {
    const before = store.getState().flow;
    const after = change(before);
    if (after === before || isSame(after, before)) return;
    const now = Date.now();
    const goesOn = gesture !== "" && gesture === last.gesture && now - last.at < gestureMs;
    last = { gesture, at: now };
    if (goesOn) silently(() => store.setState({ flow: after }));
    else store.setState({ flow: after });
  }

  function silently(work: () => void) {
    const { pause, resume } = store.temporal.getState();
    pause();
    work();
    resume();
  }

  /** Takes over what someone else did since `base`, into the present and into every step back or forward. */
  function takeOver(base: Flow, theirs: Flow): Omit<Merged, "flow"> {
    const merged = merge(base, store.getState().flow, theirs);
    silently(() => store.setState({ flow: merged.flow }));
    const { pastStates, futureStates } = store.temporal.getState();
    const rebased = (states: { flow?: Flow }[]) =>
      states.map(({ flow }) => ({ flow: flow && merge(base, flow, theirs).flow }));
    store.temporal.setState({ pastStates: rebased(pastStates), futureStates: rebased(futureStates) });
    return { clashes: merged.clashes, apart: merged.apart };
  }

  function endGesture() {
    last = { gesture: "", at: 0 };
  }

  return {
    store,
    apply,
    takeOver,
    endGesture,
    flow: () => store.getState().flow,
    undo() {
      endGesture();
      store.temporal.getState().undo();
    },
    redo() {
      endGesture();
      store.temporal.getState().redo();
    },
  };
}
export type FlowDocument = ReturnType<typeof openDocument>;
