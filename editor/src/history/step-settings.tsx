import { ActionIcon } from "@mantine/core";
import { titleAt } from "../../../engine/flow/title-at.ts";
import type { FlowNode } from "../../../engine/model/flow.ts";
import type { Kinds } from "../flows/kind-info.ts";
import { describe } from "../flows/kind-info.ts";
import { kindOf, nameOf } from "../flows/outputs.ts";
import { settingWords } from "../form/setting-words.ts";
import { t } from "../text/text.ts";
import { CloseIcon } from "../ui/icons.tsx";
import { humanise } from "../ui/words.ts";
import classes from "./version-canvas.module.css";

/** The settings of a step to be read, not changed. */
export function StepSettings({ node, kinds, close }: { node: FlowNode; kinds: Kinds; close: () => void }) {
  const kind = kindOf(node, kinds);
  const settings = Object.entries(node.config);
  return (
    <section className={classes.settings} aria-label={t("history.settings", { name: nameOf(node) })}>
      <div className={classes.line}>
        <h3>{nameOf(node)}</h3>
        <ActionIcon variant="subtle" color="gray" aria-label={t("history.closeSettings")} onClick={close}>
          <CloseIcon size={16} />
        </ActionIcon>
      </div>
      <p>
        {kind.title}: {describe(node, kind)}
      </p>
      <dl>
        {settings.map(([name, value]) => (
          <div key={name}>
            <dt>{titleAt(kind.config, name) ?? humanise(name)}</dt>
            <dd>{settingWords(value, kind.config?.properties?.[name])}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
