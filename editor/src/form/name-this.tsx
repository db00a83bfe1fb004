import { Button } from "@mantine/core";
import { useState } from "react";
import { maxConditions } from "../../../engine/model/flow.ts";
import { NameForm } from "../conditions/name-form.tsx";
import { isFull } from "../draft/conditions.ts";
import { t } from "../text/text.ts";
import { focusLabelled } from "../ui/focus.ts";
import { conditionSentence } from "./condition-words.ts";
import { useForm } from "./form-context.ts";

interface NameThisProps {
  condition: unknown;
  label: string;
  /** The label of the name that comes in its place. */
  nameLabel: string;
  /** Puts the name in the condition's place. */
  set: (name: string) => void;
}

/** Gives a whole condition a name, by which other steps can use it. */
export function NameThis({ condition, label, nameLabel, set }: NameThisProps) {
  const { conditions } = useForm();
  const [naming, setNaming] = useState(false);
  if (!conditions || label === conditions.own || conditionSentence(condition) === undefined) return null;
  if (!naming)
    return (
      <Button
        size="compact-xs"
        variant="subtle"
        aria-label={t("condition.nameThisOf", { label })}
        disabled={isFull(conditions.taken)}
        title={isFull(conditions.taken) ? t("conditions.full", { max: maxConditions }) : undefined}
        onClick={() => setNaming(true)}
      >
        {t("condition.nameThis")}
      </Button>
    );
  return (
    <NameForm
      label={t("condition.nameOf", { label })}
      submit={t("condition.nameIt")}
      taken={conditions.taken}
      close={() => setNaming(false)}
      back={t("condition.nameThisOf", { label })}
      take={(name) => {
        conditions.add(name, condition);
        set(name);
        focusLabelled(t("condition.name", { label: nameLabel }));
      }}
    />
  );
}
