import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

const remembered = "millrace-guide";

/** Whether the guide is on show; remembered in this browser until it is closed or done. */
const guide = createStore(() => ({ isShown: read() }));

function read(): boolean {
  try {
    return localStorage.getItem(remembered) === "on";
  } catch {
    return false;
  }
}

function show(isShown: boolean) {
  guide.setState({ isShown });
  try {
    if (isShown) localStorage.setItem(remembered, "on");
    else localStorage.removeItem(remembered);
  } catch {
    // It holds as long as the page.
  }
}

export const showGuide = () => show(true);
export const hideGuide = () => show(false);
export const useGuide = (): boolean => useStore(guide, ({ isShown }) => isShown);
