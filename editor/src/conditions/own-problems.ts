import { capital } from "../../../engine/model/wording.ts";
import type { FlowProblem } from "../flows/problems.ts";
import { saidIn } from "../text/text.ts";

/** Where the form of a condition has it. */
export const formPath = "condition";

/** The problems of one named condition, as its own form shows them. */
export function ownProblems(problems: readonly FlowProblem[], name: string): FlowProblem[] {
  return problems
    .filter(({ condition }) => condition === name)
    .map((problem) => {
      const { path, english } = problem;
      const head = `In the condition "${name}": ${path === undefined ? "" : `"${path}": `}`;
      const own = english.startsWith(head) ? capital(english.slice(head.length)) : english;
      return {
        ...problem,
        path: path === undefined ? formPath : `${formPath}.${path}`,
        english: own,
        said: saidIn(own),
      };
    });
}
