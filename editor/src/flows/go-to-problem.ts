import { choose } from "./editing.ts";
import type { OpenFlow } from "./open-flow.ts";
import type { FlowProblem } from "./problems.ts";
import { showConditions, stage } from "./stage.ts";

/** Opens what a problem is to be mended at: a named condition, or the setting of a step. */
export function goToProblem(open: OpenFlow, { condition, node, path }: FlowProblem) {
  if (condition !== undefined) return showConditions(condition);
  if (!node) return;
  stage.setState({ selected: [node], trying: false, goTo: path ?? "" });
  choose(open, node);
}
