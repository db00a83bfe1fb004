import type { ASTNode } from "@marcbachmann/cel-js";

/** Names that CEL knows as types and the like, and that messages may have fields of. */
const own = new Set([
  ...["bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint"],
  ...["cel", "google", "optional"],
]);
const prefix = "__field_";
const loops = new Set(["all", "exists", "exists_one", "map", "filter"]);

export const isOwnName = (name: string) => own.has(name);
/** The name that stands for a field of one of CEL's own names. */
export const standIn = (name: string) => prefix + name;
/** The field's name in a text that may hold its stand-in. */
export const withFieldNames = (text: string) => text.replaceAll(prefix, "");

/**
 * Lets names of CEL's types mean fields, in place; gives those that it met. Where the expression asks for a type by
 * type(...), they keep CEL's meaning.
 */
export function freeNames(root: ASTNode): string[] {
  const met = new Set<string>();
  if (some(root, (node) => node.op === "call" && node.args[0] === "type")) return [];
  eachName(root, (node, parent) => {
    const name = node.args;
    // optional.of(...) is a call of CEL's own.
    if (!own.has(name) || (parent?.op === "rcall" && parent.args[1] === node && name === "optional")) return;
    met.add(name);
    (node as { args: string }).args = standIn(name);
  });
  return [...met];
}

/** Names of fields that the expression reads, each once. */
export function namesIn(root: ASTNode): Set<string> {
  const names = new Set<string>();
  eachName(root, ({ args }) => names.add(withFieldNames(args)));
  return names;
}

/** Names that the expression compares with null: they may be missing, whatever their type. */
export function namesBesideNull(root: ASTNode): Set<string> {
  const names = new Set<string>();
  visit(root, (node) => {
    if (node.op !== "==" && node.op !== "!=") return;
    const [left, right] = node.args;
    for (const [one, other] of [
      [left, right],
      [right, left],
    ])
      if (one!.op === "id" && other!.op === "value" && other!.args === null)
        names.add(withFieldNames(one!.args));
  });
  return names;
}

type Name = Extract<ASTNode, { op: "id" }>;

/** Every name but those that the loops of the expression bind. */
function eachName(
  node: ASTNode,
  see: (node: Name, parent: ASTNode | undefined) => void,
  bound: ReadonlySet<string> = new Set(),
  parent?: ASTNode,
) {
  if (node.op === "id") {
    if (!bound.has(node.args)) see(node, parent);
  } else if (node.op === "rcall" && loops.has(node.args[0]) && node.args[2].length > 1) {
    const [, receiver, [variable, ...rest]] = node.args;
    eachName(receiver, see, bound, node);
    const within = new Set(bound).add(variable?.op === "id" ? variable.args : "");
    for (const inner of rest) eachName(inner, see, within, node);
  } else for (const inner of children(node)) eachName(inner, see, bound, node);
}

function visit(node: ASTNode, see: (node: ASTNode) => void) {
  see(node);
  for (const inner of children(node)) visit(inner, see);
}

function some(node: ASTNode, holds: (node: ASTNode) => boolean): boolean {
  return holds(node) || children(node).some((inner) => some(inner, holds));
}

function children(node: ASTNode): ASTNode[] {
  const found: ASTNode[] = [];
  const look = (part: unknown) => {
    if (Array.isArray(part)) part.forEach(look);
    else if (typeof part === "object" && part !== null && "op" in part) found.push(part as ASTNode);
  };
  // cel-js types `args` by `op`; what matters here is which parts are nodes.
  look(node.args as unknown);
  return found;
}
