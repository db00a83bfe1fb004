import type { Problem } from "../model/problem.ts";
import type { NamedConditions } from "../rules/named-conditions.ts";
import { dotted } from "./sentence.ts";

/** Checks the conditions that a flow names. */
export function checkConditions(conditions: NamedConditions): Problem[] {
  return conditions.problems().map(({ name, path, message }) => {
    const place = dotted(path);
    return {
      code: "invalid_condition",
      condition: name,
      ...(place !== "" && { path: place }),
      message: `In the condition "${name}": ${place === "" ? "" : `"${place}": `}${message}`,
    };
  });
}
