import { compileExpression } from "../../../engine/rules/expression.ts";
import { saidIn } from "../text/text.ts";

/** What is wrong with an expression, while it is typed. */
export function expressionError(text: string): string | undefined {
  if (text.trim() === "") return undefined;
  try {
    compileExpression(text);
    return undefined;
  } catch (error) {
    return saidIn((error as Error).message);
  }
}
