import type { Flow } from "../../../engine/model/flow.ts";
import { fileText } from "../draft/flow-file.ts";

/** Hands the flow to the person as a file, `<id>.json`. */
export function exportFlow(flow: Flow) {
  const url = URL.createObjectURL(new Blob([fileText(flow)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${flow.id}.json`;
  link.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
