import type { Clause, Comparison, Condition, ConditionReference } from "../../../engine/rules/condition.ts";

/** How the parts of a group count. "none" is not any, "notAll" is not all. */
export type Mode = "all" | "any" | "none" | "notAll";

/** A group as it is edited. */
export interface Group {
  mode: Mode;
  parts: Clause[];
}

export function isComparison(clause: Clause): clause is Comparison {
  return !("all" in clause) && !("any" in clause) && !("not" in clause) && !isNamed(clause);
}

/** Whether a name of the flow's stands here for a condition. */
export function isNamed(clause: Clause): clause is ConditionReference {
  return "condition" in clause;
}

/** A condition of json-rules-engine as a group; "not" around a group becomes that group's mode. */
export function groupOf(clause: Clause): Group {
  if ("all" in clause) return { mode: "all", parts: list(clause.all) };
  if ("any" in clause) return { mode: "any", parts: list(clause.any) };
  if (!("not" in clause)) return { mode: "all", parts: [clause] };
  const inner = clause.not;
  if (inner && "all" in inner) return { mode: "notAll", parts: list(inner.all) };
  if (inner && "any" in inner) return { mode: "none", parts: list(inner.any) };
  return { mode: "none", parts: inner ? [inner] : [] };
}

/** The path of a part inside the condition, such as "not.any[0]", for the problems the engine names by it. */
export function pathOf(clause: Clause, index: number): string {
  if ("all" in clause) return `.all[${index}]`;
  if ("any" in clause) return `.any[${index}]`;
  if (!("not" in clause)) return "";
  const inner = clause.not;
  if (inner && "all" in inner) return `.not.all[${index}]`;
  return inner && "any" in inner ? `.not.any[${index}]` : ".not";
}

/** A name that stands alone needs no group around it. */
export function conditionOf({ mode, parts }: Group): Condition {
  const [only] = parts;
  if (only && parts.length === 1 && isNamed(only)) {
    if (mode === "all") return only;
    if (mode === "none") return { not: only };
  }
  switch (mode) {
    case "all":
      return { all: parts };
    case "any":
      return { any: parts };
    case "none":
      return { not: { any: parts } };
    case "notAll":
      return { not: { all: parts } };
    default:
      return mode satisfies never;
  }
}

/** A comparison still to be filled in. */
export function newComparison(): Comparison {
  return { fact: "", operator: "lessThan" } as Comparison;
}

const list = (parts: unknown): Clause[] => (Array.isArray(parts) ? parts : []);
