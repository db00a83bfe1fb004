import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { Flow } from "../../../engine/model/flow.ts";
import { renameCondition, usersOf, writeOutCondition } from "../draft/conditions.ts";
import type { Kinds } from "../flows/kind-info.ts";
import type { OpenFlow } from "../flows/open-flow.ts";
import type { FlowProblem } from "../flows/problems.ts";
import { say, showConditions, stage } from "../flows/stage.ts";
import { conditionSentence } from "../form/condition-words.ts";
import { t } from "../text/text.ts";
import { focusLabelled } from "../ui/focus.ts";
import { ConditionForm } from "./condition-form.tsx";
import classes from "./conditions.module.css";
import { DeleteUsed } from "./delete-used.tsx";
import { NameForm } from "./name-form.tsx";
import { ownProblems } from "./own-problems.ts";
import { Users } from "./users.tsx";

export interface ItemProps {
  open: OpenFlow;
  kinds: Kinds;
  flow: Flow;
  name: string;
  condition: unknown;
  problems: readonly FlowProblem[];
  isEdited: boolean;
}

/** One named condition: its sentence, who uses it, and its form while it is edited. */
export function ConditionItem({ open, kinds, flow, name, condition, problems, isEdited }: ItemProps) {
  const [asked, setAsked] = useState<"rename" | "delete">();
  const item = useRef<HTMLLIElement>(null);
  const users = usersOf(flow, name);
  const own = ownProblems(problems, name);
  const { document } = open;
  useEffect(() => {
    if (isEdited) item.current?.scrollIntoView({ block: "nearest" });
  }, [isEdited]);
  const remove = () => {
    document.apply(writeOutCondition(name));
    setAsked(undefined);
    if (isEdited) stage.setState({ conditions: {} });
    say(t("conditions.deleted", { name }));
    focusLabelled(t("conditions.new"));
  };
  return (
    <li ref={item} className={classes.item} aria-label={name}>
      {asked === "rename" ? (
        <NameForm
          label={t("conditions.newNameOf", { name })}
          submit={t("conditions.rename")}
          name={name}
          taken={Object.keys(flow.conditions ?? {}).filter((each) => each !== name)}
          take={(next) => {
            document.apply(renameCondition(name, next));
            if (isEdited) showConditions(next);
            say(t("conditions.renamed", { name: next }));
            focusLabelled(t("conditions.renameOf", { name: next }));
          }}
          close={() => setAsked(undefined)}
          back={t("conditions.renameOf", { name })}
        />
      ) : (
        <h3>{name}</h3>
      )}
      {!isEdited && (
        <p className={classes.sentence}>{conditionSentence(condition) ?? t("conditions.open")}</p>
      )}
      {!isEdited && own.length > 0 && <p className={classes.wrong}>{own[0]!.said}</p>}
      {isEdited && <ConditionForm {...{ open, kinds, flow, name, condition }} problems={own} />}
      <Users open={open} users={users} />
      <div className={classes.buttons}>
        <Button
          size="compact-xs"
          variant="default"
          aria-expanded={isEdited}
          aria-label={t(isEdited ? "conditions.doneWith" : "conditions.editOf", { name })}
          onClick={() => (isEdited ? stage.setState({ conditions: {} }) : showConditions(name))}
        >
          {t(isEdited ? "conditions.done" : "conditions.edit")}
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          aria-label={t("conditions.renameOf", { name })}
          onClick={() => setAsked("rename")}
        >
          {t("conditions.rename")}
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          color="red"
          aria-label={t("conditions.deleteOf", { name })}
          onClick={() => (users.nodes.length + users.conditions.length > 0 ? setAsked("delete") : remove())}
        >
          {t("ui.delete")}
        </Button>
      </div>
      {asked === "delete" && (
        <DeleteUsed name={name} users={users} act={remove} close={() => setAsked(undefined)} />
      )}
    </li>
  );
}
