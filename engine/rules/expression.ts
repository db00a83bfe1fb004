import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { MillraceError } from "../model/errors.ts";
import type { Value } from "../model/value.ts";
import { explain } from "./expression-errors.ts";
import { registerNumbers } from "./expression-functions.ts";
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
  let evaluate: ReturnType<Environment["parse"]>;
  try {
    evaluate = environment.parse(text);
    tame(evaluate.ast as ASTNode);
    const checked = evaluate.check();
    if (!checked.valid) throw checked.error;
    refuseWholeDivision(evaluate.ast as ASTNode);
  } catch (error) {
    throw new MillraceError("invalid_flow", `The expression ${quoted} is wrong${explain(error, text)}`);
  }
  return (scope) => {
    let result: unknown;
    try {
      result = evaluate(scope as Record<string, unknown>);
    } catch (error) {
      throw new MillraceError("bad_request", `The expression ${quoted} failed${explain(error, text)}`);
    }
    return new Reading(quoted).value(result);
  };
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
