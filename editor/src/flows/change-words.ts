import type { ChangeWords } from "../../../engine/flow/change-lines.ts";
import { schemaAt } from "../../../engine/flow/schema-at.ts";
import { titleAt } from "../../../engine/flow/title-at.ts";
import { settingWords } from "../form/setting-words.ts";
import { t } from "../text/text.ts";
import { humanise } from "../ui/words.ts";
import type { Kinds } from "./kind-info.ts";
import { kindOf, nameOf } from "./outputs.ts";

/** Changes said in the language of the page. */
export function changeWords(kinds: Kinds): ChangeWords {
  return {
    name: nameOf,
    added: (node) => t("change.added", { kind: kindOf(node, kinds).title, name: nameOf(node) }),
    removed: (node) => t("change.removed", { kind: kindOf(node, kinds).title, name: nameOf(node) }),
    changed: (node) => t("change.changed", { name: nameOf(node) }),
    connected: (from, to) => t("change.connected", { from, to }),
    disconnected: (from, to) => t("change.disconnected", { from, to }),
    moved: (count) => t("change.moved", { count }),
    annotated: () => t("change.annotated"),
    conditionAdded: (name, text) => t("change.conditionAdded", { name, text }),
    conditionRemoved: (name, text) => t("change.conditionRemoved", { name, text }),
    conditionTitle: (name) => t("change.condition", { name }),
    usedBy: (nodes) =>
      t("change.usedBy", { nodes: nodes.map((name) => t("condition.named", { name })).join(", ") }),
    condition: (value) => settingWords(value, { widget: "condition" }),
    setting: (title, before, after) => t("change.setting", { title, before, after }),
    title: (node, path) => {
      if (path === "name" || path === "description") return t(`change.${path}`);
      return titleAt(node && kindOf(node, kinds).config, path) ?? humanise(path);
    },
    value: (value, node, path) =>
      value === undefined
        ? t("change.nothing")
        : settingWords(value, schemaAt(node && kindOf(node, kinds).config, path)),
  };
}

/** The same for a change that is about to be deployed. */
export const deploymentWords = (kinds: Kinds): ChangeWords => ({
  ...changeWords(kinds),
  memory: (fate) => t(`change.memory.${fate}`),
});
