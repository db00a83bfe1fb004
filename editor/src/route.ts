import { useSyncExternalStore } from "react";

/** Where the page stands. It lives in the address, so that links, reload and the back button work. */
export interface Route {
  view: "flows" | "devices" | "letters" | "tables" | "channels";
  flow?: string;
  node?: string;
  alarm?: string;
  /** Which change of the alarm, counted from 0; left out: that it came. */
  change?: string;
  command?: string;
  device?: string;
  /** A dead letter. */
  letter?: string;
  /** Name of a table or channel. */
  name?: string;
  /** Whether a table or channel is made, or the table is changed. */
  mode?: "new" | "change";
}

/**
 * Reads `#/flows/<id>?node=&alarm=&change=&command=`, `#/devices/<id>`, `#/dead-letters/<id>?flow=&node=&device=`,
 * `#/tables/<name>?mode=` or `#/channels/<name>?mode=`; anything else is the list of flows.
 */
export function parseHash(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [view, id] = path.split("/");
  const chosen = id ? decodeURIComponent(id) : undefined;
  if (view === "devices") return { view, device: chosen };
  const search = new URLSearchParams(query);
  if (view === "dead-letters") return { view: "letters", letter: chosen, ...Object.fromEntries(search) };
  if (view === "tables" || view === "channels")
    return { view, name: chosen, mode: modes.find((mode) => mode === search.get("mode")) };
  return {
    view: "flows",
    flow: chosen,
    node: search.get("node") ?? undefined,
    alarm: search.get("alarm") ?? undefined,
    change: search.get("change") ?? undefined,
    command: search.get("command") ?? undefined,
  };
}

const modes = ["new", "change"] as const;

/** The address of a route, to be used as a link. */
export function hashOf(route: Route): string {
  if (route.view === "devices") return `#/devices/${encodeURIComponent(route.device ?? "")}`;
  const search = new URLSearchParams();
  if (route.view === "letters") {
    for (const name of ["flow", "node", "device"] as const) if (route[name]) search.set(name, route[name]);
    return `#/dead-letters/${encodeURIComponent(route.letter ?? "")}${search.size > 0 ? `?${search}` : ""}`;
  }
  if (route.view === "tables" || route.view === "channels") {
    const query = route.mode ? `?mode=${route.mode}` : "";
    return `#/${route.view}/${encodeURIComponent(route.name ?? "")}${query}`;
  }
  for (const name of ["node", "alarm", "change", "command"] as const)
    if (route[name]) search.set(name, route[name]);
  const query = search.size > 0 ? `?${search}` : "";
  return `#/flows/${encodeURIComponent(route.flow ?? "")}${query}`;
}

export function navigate(route: Route) {
  window.location.hash = hashOf(route);
}

function subscribe(changed: () => void) {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
}

export function useRoute(): Route {
  return parseHash(useSyncExternalStore(subscribe, () => window.location.hash));
}
