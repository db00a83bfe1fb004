import type { Surroundings } from "../../../engine/flow/surroundings.ts";
import { validateFlow } from "../../../engine/flow/validate.ts";
import type { Flow } from "../../../engine/model/flow.ts";
import type { Problem } from "../../../engine/model/problem.ts";
import { capital } from "../../../engine/model/wording.ts";
import { saidIn, t } from "../text/text.ts";

/** A problem with the node to jump to. */
export interface FlowProblem extends Problem {
  /** Without the node's id in front, which the place it is shown at tells; in the language of the page. */
  said: string;
  /** The same as the engine says it. */
  english: string;
}

/** What keeps the flow from running, as the engine itself says it. */
export function problemsOf(flow: Flow, around: Surroundings = {}): FlowProblem[] {
  return validateFlow(flow, around).problems.map((problem) => {
    const from = problem.edge && flow.edges.find((edge) => problem.edge!.startsWith(edge.from))?.from;
    return { ...problem, node: problem.node ?? from, ...both(withoutNode(problem)) };
  });
}

export function byNode(problems: readonly FlowProblem[]): Map<string, FlowProblem[]> {
  const found = new Map<string, FlowProblem[]>();
  for (const problem of problems)
    if (problem.node) found.set(problem.node, [...(found.get(problem.node) ?? []), problem]);
  return found;
}

const both = (english: string) => ({ english, said: saidIn(english) });

function withoutNode({ message, node }: Problem): string {
  const head = `Node "${node}": `;
  return node && message.startsWith(head) ? capital(message.slice(head.length)) : message;
}

/** The problem's sentence beside the setting it is about, whose title stands in for its path. */
export function saidAt(problem: FlowProblem, title: string): string {
  const sentence = besideTitle(problem, title);
  return problem.level === "warning" ? `${t("problems.perhaps")} ${sentence}` : sentence;
}

function besideTitle({ said, english, path }: FlowProblem, title: string): string {
  if (!path || !english.startsWith(`"${path}"`)) return said;
  const rest = english.slice(path.length + 2);
  if (/^ is missing; (give|choose one of) /.test(rest)) return t("form.missing");
  return rest.startsWith(": ") ? saidIn(capital(rest.slice(2))) : `${title}${saidIn(rest)}`;
}
