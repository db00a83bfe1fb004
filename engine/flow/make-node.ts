import type { FlowNode } from "../model/flow.ts";
import type { Problem } from "../model/problem.ts";
import type { Values } from "../model/value.ts";
import { type Given, type Kind, type Node, presentConfig } from "../nodes/kind.ts";
import { dotted, sentence, told } from "./sentence.ts";

interface Made {
  config: Values;
  node: Node;
  problems?: undefined;
}

/** A node of the kind with its settings, brought into their present form; or what keeps it from being made, each as a sentence. */
export function makeNode(written: FlowNode, kind: Kind, given?: Given): Made | { problems: Problem[] } {
  const { id } = written;
  try {
    const parsed = kind.config.safeParse(presentConfig(kind, written), {
      error: sentence,
      reportInput: true,
    });
    if (parsed.success) return { config: parsed.data as Values, node: kind.create(parsed.data, given) };
    const problems = parsed.error.issues.map((issue) => {
      const unknown = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
      return {
        code: "invalid_config",
        node: id,
        path: dotted([...issue.path, ...unknown]),
        message: `Node "${id}": ${told(issue, "it")}`,
      };
    });
    return { problems };
  } catch (error) {
    return {
      problems: [{ code: "invalid_config", node: id, message: `Node "${id}": ${(error as Error).message}` }],
    };
  }
}
