import type { Flow } from "../../../engine/model/flow.ts";
import { choose, select } from "./editing.ts";
import type { OpenFlow } from "./open-flow.ts";
import { stage } from "./stage.ts";

/** Chooses also all steps that lead to the chosen ones, or all that they lead to. */
export function selectAlong(open: OpenFlow, way: "before" | "after") {
  select(alongFrom(open.document.flow(), stage.getState().selected, way));
}

/** The nodes given and all before or after them. */
export function alongFrom(flow: Flow, ids: readonly string[], way: "before" | "after"): string[] {
  const found = new Set(ids);
  const [here, there] = way === "after" ? (["from", "to"] as const) : (["to", "from"] as const);
  for (const id of found) for (const edge of flow.edges) if (edge[here] === id) found.add(edge[there]);
  return [...found];
}

/** Opens the settings of the chosen step at its name; of a group its title, of a note its text. */
export function renameChosen(open: OpenFlow) {
  const [id] = stage.getState().selected;
  if (id === undefined) return;
  if (id.includes(":")) {
    stage.setState({ writing: id });
    return;
  }
  stage.setState({ trying: false, goTo: "#name" });
  choose(open, id);
}
