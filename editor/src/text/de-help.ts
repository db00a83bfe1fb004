import { deHelp as sense } from "../../../engine/nodes/text/de-help.ts";
import { deHelpAct as act } from "../../../engine/nodes/text/de-help-act.ts";

/** Help of the kinds in German, by `help <kind>`. It is long, and read only when a step is chosen. */
export const deHelp: Readonly<Record<string, string>> = { ...sense, ...act };
