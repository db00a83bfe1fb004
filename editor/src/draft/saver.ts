import { createStore } from "zustand/vanilla";
import { isSame } from "../../../engine/flow/same.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import { ApiError } from "../api.ts";
import { dropBackup, keepBackup, readBackup } from "./backup.ts";
import type { FlowDocument } from "./draft.ts";
import type { Merged } from "./merge.ts";
import { loadDraft, type Saved, saveDraft } from "./remote.ts";

export interface SaveState {
  /** `away`: the server does not answer, edits are kept here. `refused`: it answers, and does not take them. */
  state: "saved" | "waiting" | "saving" | "away" | "refused";
  /** When the server last had all there is, ms since the epoch. */
  savedAt: number | undefined;
  /** The refusal. */
  problem?: Error;
  /** Others' work was taken over; the nodes both had changed. */
  merged?: { at: number } & Omit<Merged, "flow">;
}

const pauseMs = 600;
const retryMs = 2000;

/** Sends the document to the server whenever it has changed, keeps it here until it is there, and takes over others' work. */
export function startSaving(document: FlowDocument, from: Saved) {
  const { id } = from.flow;
  const status = createStore<SaveState>(() => ({ state: "saved", savedAt: from.savedAt }));
  let base = from;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;

  const isClean = () => isSame(document.flow(), base.flow);

  function changed() {
    if (isClean()) {
      dropBackup(id);
      return;
    }
    keepBackup(document.flow(), base.flow, base.etag);
    if (status.getState().state !== "away") status.setState({ state: "waiting" });
    clearTimeout(timer);
    timer = setTimeout(flush, pauseMs);
  }

  /** Sends what is there now. Resolves when the server has it, or did not take it. */
  function flush(): Promise<void> {
    clearTimeout(timer);
    running ??= send().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function send() {
    for (let round = 0; round < 5 && !isClean(); round++) {
      const flow = document.flow();
      if (status.getState().state !== "away") status.setState({ state: "saving" });
      try {
        const etag = await saveDraft(flow, base.etag);
        base = { flow, etag, savedAt: Date.now() };
      } catch (error) {
        if (!(await recovered(error))) return;
      }
    }
    if (!isClean()) {
      // Typing went on all the while: what came last follows at once.
      timer = setTimeout(flush, pauseMs);
      return;
    }
    dropBackup(id);
    status.setState({ state: "saved", savedAt: base.savedAt, problem: undefined });
  }

  async function recovered(error: unknown): Promise<boolean> {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 412) return pull();
    const refused = error.status >= 400 && error.status < 500 && error.status !== 429;
    status.setState({ state: refused ? "refused" : "away", problem: error });
    if (!refused) timer = setTimeout(flush, retryMs);
    return false;
  }

  /** Takes over what the server has; false when it does not answer. */
  async function pull(): Promise<boolean> {
    try {
      const theirs = await loadDraft(id);
      adopt(base.flow, theirs);
      return true;
    } catch (error) {
      const problem = error instanceof Error ? error : new Error(String(error));
      const gone = error instanceof ApiError && error.status === 404;
      status.setState({ state: gone ? "refused" : "away", problem });
      if (!gone) timer = setTimeout(flush, retryMs);
      return false;
    }
  }

  function adopt(began: Flow, theirs: Saved) {
    base = theirs;
    if (isSame(began, theirs.flow)) return;
    const merged = document.takeOver(began, theirs.flow);
    status.setState({ merged: { at: Date.now(), ...merged } });
  }

  /** Looks whether someone else has saved; called with the entity tag that the list of flows tells. */
  async function noticed(etag: string) {
    if (etag === base.etag || running || !isClean()) return;
    if ((await pull()) && isClean()) status.setState({ state: "saved", savedAt: base.savedAt });
  }

  const kept = readBackup(id);
  if (kept && !isSame(kept.flow, from.flow)) {
    document.apply(() => kept.flow);
    adopt(kept.base, from);
  }
  const unsubscribe = document.store.subscribe(changed);
  const online = () => void flush();
  addEventListener("online", online);
  changed();

  return {
    status,
    flush,
    noticed,
    /** The draft as the server has it. */
    saved: () => base.flow,
    stop() {
      clearTimeout(timer);
      unsubscribe();
      removeEventListener("online", online);
    },
  };
}
export type Saver = ReturnType<typeof startSaving>;
