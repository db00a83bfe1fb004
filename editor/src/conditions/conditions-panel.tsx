import { Button } from "@mantine/core";
import { useState } from "react";
import { maxConditions } from "../../../engine/model/flow.ts";
import { isFull, nameCondition } from "../draft/conditions.ts";
import type { Kinds } from "../flows/kind-info.ts";
import { useKinds } from "../flows/kinds.ts";
import { type OpenFlow, useFlow, useOpenFlow } from "../flows/open-flow.ts";
import { say, showConditions, stage, useStage } from "../flows/stage.ts";
import { useProblems } from "../flows/use-problems.ts";
import { newComparison } from "../form/clauses.ts";
import { t } from "../text/text.ts";
import { focusLabelled } from "../ui/focus.ts";
import { DecideIcon, PlusIcon } from "../ui/icons.tsx";
import { Panel } from "../ui/panel.tsx";
import { Empty } from "../ui/states.tsx";
import { ConditionItem } from "./condition-item.tsx";
import classes from "./conditions.module.css";
import { NameForm } from "./name-form.tsx";

/** The conditions that a flow names: what each says, who uses it, and what can be done with it. */
export function ConditionsPanel({ flow }: { flow: string }) {
  const open = useOpenFlow(flow).data;
  const kinds = useKinds().data;
  return open && kinds ? <Loaded open={open} kinds={kinds} /> : null;
}

function Loaded({ open, kinds }: { open: OpenFlow; kinds: Kinds }) {
  const flow = useFlow(open);
  const problems = useProblems(flow);
  const editing = useStage((state) => state.conditions?.editing);
  const [naming, setNaming] = useState(false);
  const conditions = Object.entries(flow.conditions ?? {});
  const names = conditions.map(([name]) => name);
  const add = (name: string) => {
    open.document.apply(nameCondition(name, { all: [newComparison()] }));
    say(t("conditions.added", { name }));
    showConditions(name);
    focusLabelled(t("condition.field", { label: name }));
  };
  return (
    <Panel
      title={t("conditions.title")}
      subtitle={t("conditions.of", { name: flow.name })}
      icon={<DecideIcon size={28} />}
      close={() => stage.setState({ conditions: undefined })}
    >
      {names.length === 0 ? (
        <Empty title={t("conditions.none")}>{t("conditions.noneText")}</Empty>
      ) : (
        <ul className={classes.list} aria-label={t("conditions.title")}>
          {conditions.map(([name, condition]) => (
            <ConditionItem
              key={name}
              open={open}
              kinds={kinds}
              flow={flow}
              name={name}
              condition={condition}
              problems={problems}
              isEdited={name === editing}
            />
          ))}
        </ul>
      )}
      <div className={classes.foot} data-alone={names.length === 0 || undefined}>
        {naming ? (
          <NameForm
            label={t("conditions.name")}
            submit={t("conditions.create")}
            taken={names}
            take={add}
            close={() => setNaming(false)}
            back={t("conditions.new")}
          />
        ) : (
          <Button
            size="xs"
            variant="default"
            leftSection={<PlusIcon size={14} />}
            aria-label={t("conditions.new")}
            disabled={isFull(names)}
            title={isFull(names) ? t("conditions.full", { max: maxConditions }) : undefined}
            onClick={() => setNaming(true)}
          >
            {t("conditions.new")}
          </Button>
        )}
      </div>
    </Panel>
  );
}
