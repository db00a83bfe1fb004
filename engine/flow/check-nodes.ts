import type { Flow, FlowNode } from "../model/flow.ts";
import type { Problem } from "../model/problem.ts";
import type { Kind } from "../nodes/kind.ts";
import { kindByName, nodeKinds } from "../nodes/kinds.ts";
import type { NamedConditions } from "../rules/named-conditions.ts";
import { nearest } from "../rules/nearest.ts";
import { brokenCondition, makeNode } from "./make-node.ts";

const kindNames = nodeKinds.map((kind) => kind.kind);

/** Checks ids, kinds and settings. `kindOf` holds every node by id, with undefined for a kind not known. */
export function checkNodes(
  flow: Flow,
  conditions: NamedConditions,
): { problems: Problem[]; kindOf: Map<string, Kind | undefined> } {
  const problems: Problem[] = [];
  const kindOf = new Map<string, Kind | undefined>();
  for (const node of flow.nodes) {
    const kind = kindByName(node.kind);
    if (kindOf.has(node.id))
      problems.push({
        code: "duplicate_id",
        node: node.id,
        message: `Two nodes have the id "${node.id}"; give one of them another.`,
      });
    else kindOf.set(node.id, kind);
    // A condition that is wrong is told of once, where it is named.
    if (kind)
      problems.push(
        ...(makeNode(node, kind, conditions).problems ?? []).filter(({ code }) => code !== brokenCondition),
      );
    else problems.push(unknownKind(node));
  }
  if (flow.nodes.every(({ kind }) => kindByName(kind) && !kindByName(kind)!.source)) problems.push(noInput());
  return { problems, kindOf };
}

function unknownKind(node: FlowNode): Problem {
  const near = nearest(node.kind, kindNames);
  const hint = near ? `Did you mean "${near}"? ` : "";
  return {
    code: "unknown_kind",
    node: node.id,
    message: `Node "${node.id}" is of the unknown kind "${node.kind}". ${hint}Known: ${kindNames.join(", ")}.`,
  };
}

function noInput(): Problem {
  const sources = nodeKinds.filter((kind) => kind.source).map((kind) => kind.kind);
  return {
    code: "no_input",
    message: `No message can enter: the flow has no node of the kind ${sources.join(" or ")}. Add one and connect it.`,
  };
}
