import { type Checked, type ConditionProblem, inspectCondition, type Named } from "./check-condition.ts";
import type { Clause, Condition } from "./condition.ts";
import { nearest } from "./nearest.ts";

const maxListed = 8;

/** The conditions of a flow by their names: checks conditions that use them, and writes these out. */
export class NamedConditions {
  readonly #given: ReadonlyMap<string, unknown>;
  readonly #checked = new Map<string, Checked>();
  readonly #written = new Map<string, Clause>();
  /** Names that are being looked into, each used by the one before. */
  readonly #way: string[] = [];

  constructor(conditions: Readonly<Record<string, unknown>> = {}) {
    this.#given = new Map(Object.entries(conditions));
  }

  get #names(): string[] {
    return [...this.#given.keys()];
  }

  /** All that is wrong with the named conditions themselves. */
  problems(): (ConditionProblem & { name: string })[] {
    return this.#names.flatMap((name) =>
      this.#checkNamed(name).problems.map((problem) => ({ name, ...problem })),
    );
  }

  /** What is wrong with a condition that may use the names. */
  check(condition: unknown): Checked {
    return inspectCondition(condition, (name) => this.#lookUp(name));
  }

  /** The condition of that name as it was given. */
  #get(name: string): Condition | undefined {
    return this.#given.get(name) as Condition | undefined;
  }

  /** The condition of that name without names in it; undefined where it is unknown or wrong. */
  writtenOut(name: string): Condition | undefined {
    const found = this.#lookUp(name);
    return found === "broken" || "problem" in found
      ? undefined
      : (this.#write({ condition: name }) as Condition);
  }

  /** The condition with conditions in place of their names. Names that are unknown or stand for what is wrong stay. */
  writeOut(condition: Condition): Condition {
    if (namesIn(condition).length === 0) return condition;
    const { problems, isBroken } = this.check(condition);
    return problems.length > 0 || isBroken ? condition : (this.#write(condition) as Condition);
  }

  #lookUp(name: string): Named {
    if (!this.#given.has(name)) return { problem: unknownName(name, this.#names) };
    const at = this.#way.indexOf(name);
    if (at >= 0) {
      const circle = [...this.#way.slice(at), name].map((each) => `"${each}"`).join(" -> ");
      return { problem: `The condition leads back to itself: ${circle}. Take one of these names out.` };
    }
    const { problems, isBroken, depth, parts } = this.#checkNamed(name);
    return problems.length > 0 || isBroken ? "broken" : { depth, parts };
  }

  #checkNamed(name: string): Checked {
    const known = this.#checked.get(name);
    if (known) return known;
    this.#way.push(name);
    const checked = this.check(this.#given.get(name));
    this.#way.pop();
    this.#checked.set(name, checked);
    return checked;
  }

  /** Every name is written out once, and shared wherever it stands. */
  #writeNamed(name: string): Clause {
    const known = this.#written.get(name);
    if (known) return known;
    const written = this.#write(this.#get(name)!);
    this.#written.set(name, written);
    return written;
  }

  #write(condition: Clause): Clause {
    return withoutNames(condition, (name) => this.#writeNamed(name));
  }
}

/** The clause with what `of` gives in place of each name. As in json-rules-engine, nothing else becomes of a name. */
export function withoutNames(clause: Clause, of: (name: string) => Clause): Clause {
  if ("condition" in clause) return of(clause.condition);
  if ("all" in clause) return { all: clause.all.map((inner) => withoutNames(inner, of)) };
  if ("any" in clause) return { any: clause.any.map((inner) => withoutNames(inner, of)) };
  if ("not" in clause) return { not: withoutNames(clause.not, of) };
  return clause;
}

/** The names that a condition uses itself, in order, each once. It need not be sound. */
export function namesIn(condition: unknown): string[] {
  const names = new Set<string>();
  const walk = (at: unknown) => {
    if (typeof at !== "object" || at === null) return;
    const { condition, all, any, not } = at as Record<string, unknown>;
    if (typeof condition === "string") names.add(condition);
    for (const inner of Array.isArray(at) ? at : [all, any, not]) walk(inner);
  };
  walk(condition);
  return [...names];
}

function unknownName(name: string, known: readonly string[]): string {
  if (known.length === 0)
    return `There is no condition "${name}": the flow names none. Write the condition out here, or name one in "conditions".`;
  const near = nearest(name, known);
  const hint = near ? ` Did you mean "${near}"?` : "";
  const listed = known.slice(0, maxListed).join(", ") + (known.length > maxListed ? " and more" : "");
  return `There is no condition "${name}".${hint} Known: ${listed}.`;
}
