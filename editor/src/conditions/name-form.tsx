import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { maxConditionName } from "../../../engine/model/flow.ts";
import { wrongName } from "../draft/conditions.ts";
import { t } from "../text/text.ts";
import { focusLabelled } from "../ui/focus.ts";
import classes from "./conditions.module.css";

interface NameFormProps {
  label: string;
  submit: string;
  name?: string;
  /** Names that others have. */
  taken: readonly string[];
  take: (name: string) => void;
  close: () => void;
  /** Label of what has the focus when nothing was named. */
  back: string;
}

/** Asks what a condition is to be called. Escape leaves it as it was. */
export function NameForm({ label, submit, name: given = "", taken, take, close, back }: NameFormProps) {
  const [name, setName] = useState(given);
  const wrong = name.trim() === "" ? undefined : wrongName(name, taken);
  const leave = () => {
    close();
    focusLabelled(back);
  };
  const finish = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (name.trim() === "" || wrong) return;
    if (name.trim() === given) return leave();
    close();
    take(name.trim());
  };
  return (
    <form
      className={classes.naming}
      onSubmit={finish}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        leave();
      }}
    >
      <TextInput
        size="xs"
        aria-label={label}
        placeholder={t("conditions.namePlaceholder")}
        value={name}
        maxLength={maxConditionName}
        error={wrong && t(`conditions.wrong.${wrong}`)}
        autoFocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button size="xs" type="submit" disabled={name.trim() === "" || wrong !== undefined}>
        {submit}
      </Button>
      <Button size="xs" variant="default" onClick={leave}>
        {t("dialog.cancel")}
      </Button>
    </form>
  );
}
