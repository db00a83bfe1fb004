import type { Flow } from "../../../engine/model/flow.ts";
import { fileText } from "../draft/flow-file.ts";
import { saveFile } from "../ui/save-file.ts";

/** Hands the flow to the person as a file, `<id>.json`. */
export function exportFlow(flow: Flow) {
  saveFile(`${flow.id}.json`, fileText(flow), "application/json");
}
