import type { ASTNode } from "@marcbachmann/cel-js";

/** A part of an expression that is not offered. `range` is where it stands in the text. */
export class Refused extends Error {
  readonly summary: string;
  readonly range: { start: number; end: number };

  constructor(node: ASTNode, summary: string) {
    super(summary);
    this.summary = summary;
    this.range = { start: node.start, end: node.end };
  }
}

const loops = new Set(["all", "exists", "exists_one", "map", "filter"]);

/**
 * Makes a parsed tree fit for messages, in place: whole numbers become decimal ones, as JSON's are, but not as a list's
 * index. Throws Refused for what could take long: regular expressions, loops in loops and names bound to values.
 */
export function tame(node: ASTNode, inLoop = false): void {
  // cel-js types `args` as any: what it holds depends on `op`.
  const args: unknown = node.args;
  switch (node.op) {
    case "value":
      if (typeof args === "bigint") (node as { args: unknown }).args = Number(args);
      return;
    case "rcall":
      tameCall(node, args as [string, ASTNode, ASTNode[]], inLoop);
      return;
    case "[]": {
      const [list, index] = args as [ASTNode, ASTNode];
      tame(list, inLoop);
      if (!(index.op === "value" && typeof index.args === "bigint")) tame(index, inLoop);
      return;
    }
    case "in":
      if (inLoop && (args as ASTNode[])[1]!.op !== "list")
        throw new Refused(node, '"in" inside a loop needs its list written out, such as [1, 2]');
  }
  each(args, (child) => tame(child, inLoop));
}

function tameCall(
  node: ASTNode,
  [name, receiver, parameters]: [string, ASTNode, ASTNode[]],
  inLoop: boolean,
) {
  if (name === "matches")
    throw new Refused(node, "regular expressions are not offered; use contains, startsWith or endsWith");
  if (name === "bind")
    throw new Refused(node, "cel.bind is not offered; calculate the part as a field of its own before");
  const isLoop = loops.has(name) && parameters.length > 1;
  if (isLoop && inLoop)
    throw new Refused(node, `"${name}" stands inside another loop; calculate one of them as a field before`);
  tame(receiver, inLoop);
  for (const parameter of parameters) tame(parameter, isLoop || inLoop);
}

/** Throws Refused where two whole numbers are divided, which would drop the remainder. For a checked tree. */
export function refuseWholeDivision(node: ASTNode): void {
  const args: unknown = node.args;
  if (
    node.op === "/" &&
    (args as { checkedType?: { name: string } }[]).every((it) => it.checkedType?.name === "int")
  )
    throw new Refused(
      node,
      "two whole numbers are divided here, which drops the remainder; write double(...) around one",
    );
  each(args, refuseWholeDivision);
}

function each(args: unknown, visit: (node: ASTNode) => void): void {
  if (Array.isArray(args)) for (const item of args) each(item, visit);
  else if (typeof args === "object" && args !== null && "op" in args) visit(args as ASTNode);
}
