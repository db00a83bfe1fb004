import { maxConditionName } from "../model/flow.ts";
import { nearest } from "./nearest.ts";
import { decoratorNames, findOperator, operatorNames } from "./operators.ts";
import { parsePath } from "./path.ts";

export interface ConditionProblem {
  path: readonly (string | number)[];
  message: string;
}

/** What a name stands for, once written out; or why it cannot stand here. */
export type Named = { depth: number; parts: number } | { problem: string } | "broken";
/** Looks up the condition of that name. */
export type LookUp = (name: string) => Named;

/** What is wrong with a condition, and how much it holds once the names in it are written out. */
export interface Checked {
  problems: ConditionProblem[];
  depth: number;
  /** Comparisons and empty groups. */
  parts: number;
  /** Whether a name in it stands for a condition that is itself wrong. */
  isBroken: boolean;
}

const maxDepth = 16;
const maxComparisons = 500;
const groups = ["all", "any", "not"] as const;
const start = 'begin with {"all": [...]}, {"any": [...]} or {"not": {...}}';
const comparison = '{"fact": "speed", "operator": "lessThan", "value": 20}';

/** All that is wrong with a condition, each with its path inside and a sentence; an empty list when it is sound. */
export function checkCondition(input: unknown, lookUp?: LookUp): ConditionProblem[] {
  return inspectCondition(input, lookUp).problems;
}

/** The same with its size. Where nothing looks names up, every one is taken to be known. */
export function inspectCondition(input: unknown, lookUp: LookUp = () => ({ depth: 1, parts: 1 })): Checked {
  const check = new Check(lookUp);
  if (!isObject(input)) check.say([], `The condition is missing; ${start}.`);
  else if (![...groups, "condition"].some((key) => Object.hasOwn(input, key)))
    check.say([], `A condition must ${start}; put a single comparison into "all".`);
  else check.clause(input, [], 1);
  return check;
}

class Check implements Checked {
  readonly problems: ConditionProblem[] = [];
  depth = 0;
  parts = 0;
  isBroken = false;
  #comparisons = 0;

  readonly #lookUp: LookUp;

  constructor(lookUp: LookUp) {
    this.#lookUp = lookUp;
  }

  say(path: ConditionProblem["path"], message: string): undefined {
    if (this.problems.length < 50) this.problems.push({ path, message });
  }

  clause(input: unknown, path: ConditionProblem["path"], depth: number): undefined {
    if (!isObject(input)) return this.say(path, `Here stands no condition; write ${comparison}.`);
    if (depth > maxDepth)
      return this.say(path, `The condition is nested deeper than ${maxDepth} levels; make it flatter.`);
    this.depth = Math.max(this.depth, depth);
    // As in json-rules-engine, what has a name in it is looked at as a name first.
    if (Object.hasOwn(input, "condition")) return this.reference(input, path, depth);
    const found = groups.filter((group) => Object.hasOwn(input, group));
    const group = found[0];
    if (!group) return this.comparison(input, path);
    if (found.length > 1)
      this.say(path, `"${found.join('" and "')}" stand side by side; nest one in the other.`);
    this.keys(input, groups, path);
    const inner = input[group];
    if (group === "not") return this.clause(inner, [...path, group], depth + 1);
    if (!Array.isArray(inner)) return this.say([...path, group], `"${group}" needs a list of conditions.`);
    if (inner.length === 0) this.parts++;
    for (const [index, item] of inner.entries()) this.clause(item, [...path, group, index], depth + 1);
  }

  comparison(input: Record<string, unknown>, path: ConditionProblem["path"]): undefined {
    this.parts++;
    this.count(1, path);
    this.keys(input, ["fact", "operator", "value", "path"], path);
    this.field(input, path);
    if (!Object.hasOwn(input, "value")) this.say([...path, "value"], 'Give the "value" to compare with.');
    if (typeof input.operator !== "string" || input.operator === "")
      return this.say([...path, "operator"], `Choose an operator: ${operatorNames.join(", ")}.`);
    if (input.operator.length > 100 || !findOperator(input.operator))
      return this.say([...path, "operator"], unknownOperator(input.operator));
    if (Object.hasOwn(input, "value")) this.value(input.operator, input.value, [...path, "value"]);
  }

  /** A condition by its name. It is looked up, not walked through again: names that name others twice would never end. */
  reference(input: Record<string, unknown>, path: ConditionProblem["path"], depth: number): undefined {
    for (const key of Object.keys(input))
      if (key !== "condition")
        this.say(
          [...path, key],
          `A condition by its name stands alone; take "${key.slice(0, 64)}" out, or put both into "all".`,
        );
    const at = [...path, "condition"];
    const { condition: name } = input;
    if (typeof name !== "string" || name === "" || name.length > maxConditionName)
      return this.say(at, 'Name a condition of the flow in "condition", such as "rush hour".');
    const named = this.#lookUp(name);
    if (named === "broken") this.isBroken = true;
    else if ("problem" in named) this.say(at, named.problem);
    else {
      this.depth = Math.max(this.depth, depth - 1 + named.depth);
      this.parts += named.parts;
      if (depth - 1 + named.depth > maxDepth)
        this.say(
          at,
          `With the condition "${name}" written out, this one is nested deeper than ${maxDepth} levels; make it flatter.`,
        );
      this.count(named.parts, at);
    }
  }

  count(more: number, path: ConditionProblem["path"]) {
    const before = this.#comparisons;
    this.#comparisons += more;
    if (before <= maxComparisons && this.#comparisons > maxComparisons)
      this.say(
        path,
        `There are more than ${maxComparisons} comparisons; split the condition over several nodes.`,
      );
  }

  value(operator: string, value: unknown, path: ConditionProblem["path"]): undefined {
    if (isObject(value)) {
      if (!Object.hasOwn(value, "fact"))
        return this.say(
          path,
          'An object is never equal to anything; give a plain value, or {"fact": "..."} for a field.',
        );
      this.keys(value, ["fact", "path"], path);
      return this.field(value, path);
    }
    const isList = Array.isArray(value);
    const [decorator, ...rest] = operator.split(":");
    if (rest.length > 0) {
      if (!isList && /^(some|every)Value$/.test(decorator!))
        this.say(path, `"${decorator}" needs a list of values, such as [1, 2].`);
      return;
    }
    if (operator === "in" || operator === "notIn") {
      if (!isList && typeof value !== "string")
        this.say(path, `"${operator}" needs a list of values, such as ["red", "amber"].`);
    } else if (isList) {
      this.say(path, `"${operator}" compares with one value, not with a list; use "in" for a list.`);
    } else if (/Than/.test(operator) && typeof value !== "number") {
      this.say(path, `"${operator}" compares numbers; ${asNumber(value)}.`);
    }
  }

  field(input: Record<string, unknown>, path: ConditionProblem["path"]): undefined {
    if (typeof input.fact !== "string" || input.fact === "" || input.fact.length > 256)
      this.say([...path, "fact"], 'Name the field of the message in "fact", such as "speed".');
    if (input.path === undefined) return;
    if (typeof input.path !== "string" || !parsePath(input.path))
      this.say(
        [...path, "path"],
        'Only simple paths such as "$.wheel.pressure" or "$.readings[0]" can be followed.',
      );
  }

  keys(input: Record<string, unknown>, known: readonly string[], path: ConditionProblem["path"]): undefined {
    for (const key of Object.keys(input)) {
      if (known.includes(key)) continue;
      this.say(
        [...path, key],
        `"${key.slice(0, 64)}" is not known here; take it out. Known: ${known.join(", ")}.`,
      );
    }
  }
}

function unknownOperator(operator: string): string {
  const parts = operator.split(":");
  const bad = parts.find(
    (part, i) => !(i < parts.length - 1 ? decoratorNames : operatorNames).includes(part),
  );
  const isDecorator = bad !== undefined && parts.indexOf(bad) < parts.length - 1;
  const known = isDecorator ? decoratorNames : operatorNames;
  const near = nearest(bad ?? "", known);
  const hint = near ? `Did you mean "${near}"? ` : "";
  return `There is no operator "${operator.slice(0, 64)}". ${hint}Known: ${known.join(", ")}.`;
}

function asNumber(value: unknown): string {
  if (typeof value !== "string") return "give a number";
  const isNumeric = value.trim() !== "" && Number.isFinite(Number(value));
  return isNumeric ? `write ${Number(value)} without quotes` : `"${value.slice(0, 64)}" is text`;
}

function isObject(input: unknown): input is Record<string, unknown> {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}
