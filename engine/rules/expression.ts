import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { MillraceError } from "../model/errors.ts";
import type { FieldType } from "../model/payload.ts";
import type { Value } from "../model/value.ts";
import { explain } from "./expression-errors.ts";
import { registerNumbers } from "./expression-functions.ts";
import { freeNames, isOwnName, namesBesideNull, namesIn, standIn } from "./expression-names.ts";
import { refuseWholeDivision, tame } from "./expression-tree.ts";

/** Names and values an expression may use. */
export type Scope = Readonly<Record<string, unknown>>;

export const maxExpressionLength = 2000;

const environment = registerNumbers(
  new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 1000, maxDepth: 60, maxListElements: 200, maxMapEntries: 100 },
  }),
);

/**
 * Compiles CEL, in which every number is a decimal one, as in a message: `speed / 2` and `5 / 9` work. Throws a
 * MillraceError that says where the text is wrong; so does the function when there is no JSON value to give back.
 */
export function compileExpression(text: string): (scope: Scope) => Value {
  const quoted = `\`${text.length > 60 ? `${text.slice(0, 57)}...` : text}\``;
  if (text.trim() === "")
    throw new MillraceError("invalid_flow", 'The expression is empty; write one such as "speed * 3.6".');
  if (text.length > maxExpressionLength)
    throw new MillraceError(
      "invalid_flow",
      `The expression has ${text.length} characters; at most ${maxExpressionLength} are taken, so split it.`,
    );
  let parsed: Parsed;
  try {
    parsed = parse(environment, text);
  } catch (error) {
    throw new MillraceError("invalid_flow", `The expression ${quoted} is wrong${explain(error, text)}`);
  }
  const { evaluate, freed } = parsed;
  return (scope) => {
    let result: unknown;
    try {
      result = evaluate((freed.length > 0 ? withStandIns(scope, freed) : scope) as Record<string, unknown>);
    } catch (error) {
      throw new MillraceError("bad_request", `The expression ${quoted} failed${explain(error, text)}`);
    }
    return new Reading(quoted).value(result);
  };
}

interface Parsed {
  evaluate: ReturnType<Environment["parse"]>;
  /** Fields that bear names of CEL's own. */
  freed: string[];
  type: string | undefined;
}

function parse(environment: Environment, text: string): Parsed {
  const evaluate = environment.parse(text);
  const ast = evaluate.ast as ASTNode;
  const freed = freeNames(ast);
  tame(ast);
  const checked = evaluate.check();
  if (!checked.valid) throw checked.error;
  refuseWholeDivision(ast);
  return { evaluate, freed, type: checked.type };
}

function withStandIns(scope: Scope, freed: readonly string[]): Scope {
  const own: Record<string, unknown> = Object.assign({}, scope);
  for (const name of freed) if (scope[name] !== undefined) own[standIn(name)] = scope[name];
  return own;
}

const celTypes: Record<FieldType, string> = {
  number: "double",
  text: "string",
  boolean: "bool",
  list: "list",
  object: "map",
};

/** What an expression reads, and whether the types of the fields allow it. */
export interface Inspected {
  /** Fields that it reads, `device` and `ts` among them. */
  names: ReadonlySet<string>;
  /** Why these types do not go together; missing where they do. */
  mistyped?: string;
  /** What it gives, as far as that is known. */
  type?: FieldType;
}

/** Looks at a sound expression with types for some of its fields; undefined for one that is wrong by itself. */
export function inspectExpression(
  text: string,
  typeOf: (name: string) => FieldType | undefined,
): Inspected | undefined {
  let names: ReadonlySet<string>;
  const typed = environment.clone();
  try {
    const ast = parse(environment, text).evaluate.ast as ASTNode;
    names = namesIn(ast);
    const nullable = namesBesideNull(ast);
    for (const name of names) {
      const type = nullable.has(name) ? undefined : typeOf(name);
      if (!type) continue;
      typed.registerVariable(isOwnName(name) ? standIn(name) : name, celTypes[type]);
    }
  } catch {
    return undefined;
  }
  try {
    return { names, type: fieldTypeIn(parse(typed, text).type) };
  } catch (error) {
    return { names, mistyped: explain(error, text).replace(/^,? ?(: )?/, "") };
  }
}

function fieldTypeIn(type: string | undefined): FieldType | undefined {
  if (type === "double" || type === "int" || type === "uint") return "number";
  if (type === "string") return "text";
  if (type === "bool") return "boolean";
  if (type?.startsWith("list")) return "list";
  return type?.startsWith("map") ? "object" : undefined;
}

const maxParts = 10_000;

/** Reads what CEL gave as a JSON value: its whole numbers become numbers, what JSON cannot hold is refused. */
class Reading {
  readonly #quoted: string;
  #parts = 0;

  constructor(quoted: string) {
    this.#quoted = quoted;
  }

  value(result: unknown): Value {
    if (++this.#parts > maxParts) throw this.#refusal(`more than ${maxParts} values; make the list shorter`);
    switch (typeof result) {
      case "boolean":
      case "string":
        return result;
      case "bigint":
        return this.value(Number(result));
      case "number":
        if (!Number.isFinite(result))
          throw this.#refusal("no finite number; look for a division by zero or a result out of range");
        // JSON has no -0.
        return result === 0 ? 0 : result;
      default:
        return this.#structure(result);
    }
  }

  #structure(result: unknown): Value {
    if (result === null) return null;
    if (Array.isArray(result)) return result.map((item) => this.value(item));
    const prototype = Object.getPrototypeOf(result);
    if (prototype !== Object.prototype && prototype !== null)
      throw this.#refusal(
        "something no message can hold; end it with a number, text, true, false, list or map",
      );
    const values: Record<string, Value> = {};
    for (const [key, value] of Object.entries(result as object)) values[key] = this.value(value);
    return values;
  }

  #refusal(what: string): MillraceError {
    return new MillraceError("bad_request", `The expression ${this.#quoted} gives ${what}.`);
  }
}
