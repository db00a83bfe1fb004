import { alongFrom } from "../draft/along.ts";
import { choose, select } from "./editing.ts";
import type { OpenFlow } from "./open-flow.ts";
import { stage } from "./stage.ts";

/** Chooses also all steps that lead to the chosen ones, or all that they lead to. */
export function selectAlong(open: OpenFlow, way: "before" | "after") {
  select(alongFrom(open.document.flow(), stage.getState().selected, way));
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
