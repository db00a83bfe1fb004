import type { Flow } from "../../../engine/model/flow.ts";

const files = import.meta.glob<Flow>("../../../flows/*/flow.json", { eager: true, import: "default" });

/** The example flows that come with the product, to begin from. */
export const templates: readonly Flow[] = Object.values(files);
