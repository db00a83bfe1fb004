import { useSyncExternalStore } from "react";

const stepMs = 1000;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const watchers = new Set<() => void>();

function subscribe(watcher: () => void) {
  watchers.add(watcher);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of watchers) each();
  }, stepMs);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** What `say` makes of the time in ms; renders again only when its words change. */
export function useNow(say: (now: number) => string): string {
  return useSyncExternalStore(subscribe, () => say(now));
}
