import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { t } from "../text/text.ts";
import { say } from "./stage.ts";

const name = "millrace-snap";

const preferences = createStore(() => ({ snap: readSnap() }));

function readSnap(): boolean {
  try {
    return localStorage.getItem(name) === "on";
  } catch {
    return false;
  }
}

/** Whether what is moved keeps to the dots of the canvas. Remembered in this browser. */
export function useSnap(): boolean {
  return useStore(preferences, ({ snap }) => snap);
}

export function toggleSnap() {
  const snap = !preferences.getState().snap;
  preferences.setState({ snap });
  say(t(snap ? "say.snapOn" : "say.snapOff"));
  try {
    localStorage.setItem(name, snap ? "on" : "off");
  } catch {
    // It holds as long as the page.
  }
}
