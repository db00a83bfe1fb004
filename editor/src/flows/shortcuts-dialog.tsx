import { Kbd } from "@mantine/core";
import { t } from "../text/text.ts";
import { Dialog } from "../ui/dialog.tsx";
import { actionsFor } from "./actions.ts";
import { useEditing } from "./editing-context.ts";
import classes from "./shortcuts-dialog.module.css";
import { openDialog } from "./stage.ts";
import { shownKeys } from "./toolbar.tsx";

/** Every key of the editor. */
export function ShortcutsDialog() {
  const actions = actionsFor(useEditing()).filter(({ keys }) => keys);
  const more = [
    { group: t("group.view"), title: t("keys.all"), keys: "mod+K" },
    { group: t("group.edit"), title: t("keys.copy"), keys: "mod+C" },
    { group: t("group.edit"), title: t("keys.paste"), keys: "mod+V" },
    { group: t("group.edit"), title: t("keys.settings"), keys: "Enter" },
    { group: t("group.edit"), title: t("keys.move"), keys: "← ↑ → ↓" },
  ];
  const all = [...actions, ...more];
  const groups = [...new Set(all.map(({ group }) => group))];
  return (
    <Dialog title={t("action.shortcuts")} size="lg" close={() => openDialog(undefined)}>
      <p>{t("keys.hint")}</p>
      <div className={classes.groups}>
        {groups.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {all
                .filter((each) => each.group === group)
                .map(({ title, keys }) => (
                  <div key={title}>
                    <dt>{title}</dt>
                    <dd>
                      <Kbd>{shownKeys(keys!)}</Kbd>
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
