import type { FlowNode } from "../model/flow.ts";
import type { Problem } from "../model/problem.ts";
import type { Values } from "../model/value.ts";
import { type Given, type Kind, type Node, presentConfig } from "../nodes/kind.ts";
import { checkCondition } from "../rules/check-condition.ts";
import type { Condition } from "../rules/condition.ts";
import { type NamedConditions, namesIn } from "../rules/named-conditions.ts";
import { conditionsIn, mapConditions } from "./condition-settings.ts";
import { schemaOf } from "./kind-schema.ts";
import { dotted, sentence, told } from "./sentence.ts";

interface Made {
  config: Values;
  node: Node;
  problems?: undefined;
}

/**
 * A node of the kind with its settings, brought into their present form and with the flow's conditions in place of their names;
 * or what keeps it from being made, each as a sentence.
 */
export function makeNode(
  written: FlowNode,
  kind: Kind,
  conditions: NamedConditions,
  given?: Given,
): Made | { problems: Problem[] } {
  const { id } = written;
  try {
    const present = presentConfig(kind, written);
    const parsed = kind.config.safeParse(present, {
      error: sentence,
      reportInput: true,
    });
    const named = namingProblems(id, kind, present, conditions);
    if (parsed.success && named.length === 0) {
      const config = mapConditions(schemaOf(kind), parsed.data, (condition) =>
        conditions.writeOut(condition as Condition),
      );
      return { config: config as Values, node: kind.create(config, given) };
    }
    const problems = (parsed.error?.issues ?? []).map((issue) => {
      const unknown = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
      return {
        code: "invalid_config",
        node: id,
        path: dotted([...issue.path, ...unknown]),
        message: `Node "${id}": ${told(issue, "it")}`,
      };
    });
    return { problems: [...problems, ...named] };
  } catch (error) {
    return {
      problems: [{ code: "invalid_config", node: id, message: `Node "${id}": ${(error as Error).message}` }],
    };
  }
}

/** The code of a problem that is that of a named condition, told again where the condition is used. */
export const brokenCondition = "broken_condition";

/** What is wrong with the names in conditions that are themselves sound. */
function namingProblems(id: string, kind: Kind, config: Values, conditions: NamedConditions): Problem[] {
  return conditionsIn(schemaOf(kind), config).flatMap(({ at, condition }): Problem[] => {
    if (namesIn(condition).length === 0 || checkCondition(condition).length > 0) return [];
    const { problems, isBroken } = conditions.check(condition);
    const found = problems.map(({ path, message }) => ({
      code: "invalid_config",
      node: id,
      path: dotted([...at, ...path]),
      message: `Node "${id}": "${dotted([...at, ...path])}": ${message}`,
    }));
    if (!isBroken) return found;
    const path = dotted(at);
    const message = `Node "${id}": "${path}": A condition that is used here by its name is wrong; mend it where it is named.`;
    return [...found, { code: brokenCondition, node: id, path, message }];
  });
}
