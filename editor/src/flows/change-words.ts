import type { Flow, FlowEdge } from "../../../engine/model/flow.ts";
import type { Value } from "../../../engine/model/value.ts";
import { checkCondition } from "../../../engine/rules/check-condition.ts";
import type { Condition } from "../../../engine/rules/condition.ts";
import { describeCondition } from "../../../engine/rules/describe-condition.ts";
import type { FlowChanges, SettingChange } from "../draft/compare.ts";
import { titleAt } from "../form/schema.ts";
import { t } from "../text/text.ts";
import { humanise, words } from "../ui/words.ts";
import type { Kinds } from "./kind-info.ts";
import { kindOf, nameIn, nameOf } from "./outputs.ts";

/** One line of what a deployment changes. */
export interface ChangeLine {
  sign: "added" | "removed" | "changed";
  text: string;
  details: string[];
}

/** What a deployment changes, in words. */
export function changeLines(changes: FlowChanges, before: Flow, after: Flow, kinds: Kinds): ChangeLine[] {
  const wire = (flow: Flow, { from, to }: FlowEdge) => ({ from: nameIn(flow, from), to: nameIn(flow, to) });
  const line = (sign: ChangeLine["sign"], text: string, details: string[] = []) => ({ sign, text, details });
  return [
    ...changes.words.map((change) => line("changed", settingLine(change, humanise(change.path)))),
    ...changes.added.map((node) =>
      line("added", t("change.added", { kind: kindOf(node, kinds).title, name: nameOf(node) })),
    ),
    ...changes.removed.map((node) =>
      line("removed", t("change.removed", { kind: kindOf(node, kinds).title, name: nameOf(node) })),
    ),
    ...changes.changed.map(({ after: node, settings }) => {
      const schema = kindOf(node, kinds).config;
      const details = settings.map((each) =>
        settingLine(each, titleAt(schema, each.path) ?? humanise(each.path)),
      );
      return line("changed", t("change.changed", { name: nameOf(node) }), details);
    }),
    ...changes.connected.map((edge) => line("added", t("change.connected", wire(after, edge)))),
    ...changes.disconnected.map((edge) => line("removed", t("change.disconnected", wire(before, edge)))),
  ];
}

function settingLine({ before, after }: SettingChange, title: string): string {
  return t("change.setting", { title, before: shown(before), after: shown(after) });
}

function shown(value: unknown): string {
  if (value === undefined) return t("change.nothing");
  if (typeof value === "object" && value !== null && checkCondition(value).length === 0)
    return describeCondition(value as Condition);
  return words(value as Value);
}
