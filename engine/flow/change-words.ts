import type { FlowNode } from "../model/flow.ts";
import { kindByName } from "../nodes/kinds.ts";
import { checkCondition } from "../rules/check-condition.ts";
import type { Condition } from "../rules/condition.ts";
import { describeCondition } from "../rules/describe-condition.ts";
import type { ChangeWords } from "./change-lines.ts";
import { schemaOf } from "./kind-schema.ts";
import { schemaAt } from "./schema-at.ts";
import { titleAt } from "./title-at.ts";

function settingsOf(node: FlowNode | undefined) {
  const kind = node && kindByName(node.kind);
  return kind && schemaOf(kind);
}
const kindOf = ({ kind }: FlowNode) => kindByName(kind)?.title ?? kind;
const name = ({ name, id }: Pick<FlowNode, "id" | "name">) => name ?? id;

/** Changes said in English. */
export const englishChanges: ChangeWords = {
  name,
  added: (node) => `${kindOf(node)} "${name(node)}" is new`,
  removed: (node) => `${kindOf(node)} "${name(node)}" is gone`,
  changed: (node) => `"${name(node)}" has other settings`,
  connected: (from, to) => `"${from}" is connected to "${to}"`,
  disconnected: (from, to) => `"${from}" is no longer connected to "${to}"`,
  moved: (count) => `${count} ${count === 1 ? "node stands" : "nodes stand"} elsewhere`,
  annotated: () => "notes or groups are otherwise",
  conditionAdded: (name, text) => `condition "${name}" is new: ${text}`,
  conditionRemoved: (name, text) => `condition "${name}" is gone: ${text}`,
  conditionTitle: (name) => `condition "${name}"`,
  usedBy: (nodes) => `used by ${nodes.map((node) => `"${node}"`).join(", ")}`,
  condition: (value) => conditionText(value) ?? plain(value),
  setting: (title, before, after) => `${title}: ${before} -> ${after}`,
  title: (node, path) => titleAt(settingsOf(node), path) ?? path,
  value(value, node, path) {
    const isCondition = schemaAt(settingsOf(node), path)?.widget === "condition";
    const text = isName(value) && !isCondition ? undefined : conditionText(value);
    return text ?? (value === undefined ? "not set" : plain(value));
  },
};

const memory = {
  kept: "It goes on with what it remembers.",
  anew: "It starts anew: what it remembers does not fit these settings.",
  gone: "What it remembers is no longer used.",
};
/** The same for a change that is about to be deployed. */
export const englishDeployment: ChangeWords = { ...englishChanges, memory: (fate) => memory[fate] };

/** The sentence of a condition; undefined for any other value. */
export function conditionText(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return checkCondition(value).length === 0 ? describeCondition(value as Condition) : undefined;
}

/** Other settings than conditions may well have a part that is called so. */
const isName = (value: unknown) => typeof value === "object" && value !== null && "condition" in value;
const plain = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
