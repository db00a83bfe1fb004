import { Button } from "@mantine/core";
import { t } from "../text/text.ts";
import { PlusIcon } from "../ui/icons.tsx";
import { addStep } from "./editing.ts";
import { useEditing } from "./editing-context.ts";
import classes from "./empty-flow.module.css";

/** On the canvas of a flow without steps: the first one, a click away. */
export function EmptyFlow() {
  const { open, kinds } = useEditing();
  const sources = [...kinds.values()].filter(({ source }) => source);
  return (
    <div className={classes.empty}>
      <div>
        <strong>{t("empty.title")}</strong>
        <p>{t("empty.text")}</p>
        {sources.map((kind) => (
          <Button
            key={kind.kind}
            leftSection={<PlusIcon size={16} />}
            onClick={() => addStep(open, kinds, kind, {})}
          >
            {t("empty.begin", { kind: kind.title })}
          </Button>
        ))}
      </div>
    </div>
  );
}
