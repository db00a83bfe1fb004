import { Button, NativeSelect } from "@mantine/core";
import type { Clause } from "../../../engine/rules/condition.ts";
import { t } from "../text/text.ts";
import { PlusIcon } from "../ui/icons.tsx";
import { conditionOf, groupOf, isComparison, isNamed, type Mode, newComparison, pathOf } from "./clauses.ts";
import { ComparisonControl } from "./comparison-control.tsx";
import { conditionSentence } from "./condition-words.ts";
import classes from "./form.module.css";
import { type ControlProps, FormContext, useForm } from "./form-context.ts";
import { NameThis } from "./name-this.tsx";
import { NamedControl, NameMenu } from "./named-control.tsx";
import { RemoveButton } from "./remove-button.tsx";

/** A condition as rows to fill in, stored as json-rules-engine has it, with its sentence below. */
export function ConditionControl(props: ControlProps) {
  const form = useForm();
  if (props.schema.names !== "attributes") return <Rows {...props} />;
  return (
    <FormContext value={{ ...form, fields: form.attributes }}>
      <Rows {...props} />
    </FormContext>
  );
}

function Rows({ schema, value, path, label, set, required }: ControlProps) {
  const given = isClause(value) ? value : undefined;
  const sentence = conditionSentence(given);
  const condition = given ?? (required ? { all: [newComparison()] } : undefined);
  return (
    <fieldset className={classes.condition} data-path={path}>
      <legend>{label}</legend>
      {schema.description && <p className={classes.help}>{schema.description}</p>}
      {condition ? (
        <GroupControl
          clause={condition}
          path={path}
          label={label}
          nameLabel={label}
          set={set}
          remove={required ? undefined : () => set(undefined)}
        />
      ) : (
        <div className={classes.buttons}>
          <Button
            size="xs"
            variant="default"
            leftSection={<PlusIcon size={14} />}
            aria-label={t("form.addTo", { label })}
            onClick={() => set({ all: [newComparison()] })}
          >
            {t("condition.begin")}
          </Button>
          <NameMenu label={label} choose={(name) => set({ condition: name })} />
        </div>
      )}
      {sentence && (
        <p className={classes.sentence} aria-live="polite">
          {sentence}
        </p>
      )}
    </fieldset>
  );
}

const modes: readonly Mode[] = ["all", "any", "none", "notAll"];

interface GroupProps {
  clause: Clause;
  path: string;
  label: string;
  /** What a name in the group's place is labelled. */
  nameLabel: string;
  set: (clause: unknown) => void;
  remove?: () => void;
}

function GroupControl({ clause, path, label, nameLabel, set, remove }: GroupProps) {
  const group = groupOf(clause);
  const { mode, parts } = group;
  const change = (next: Partial<typeof group>) => set(conditionOf({ ...group, ...next }));
  const put = (index: number, part: Clause) =>
    change({ parts: parts.map((old, at) => (at === index ? part : old)) });
  const labelOf = (index: number) => (parts.length > 1 ? `${label} ${index + 1}` : label);
  const takeOut = (index: number) => {
    const left = parts.filter((_, at) => at !== index);
    if (left.length === 0 && remove) remove();
    else change({ parts: left.length === 0 ? [newComparison()] : left });
  };
  return (
    <div className={classes.group}>
      {(parts.length !== 1 || mode !== "all") && (
        <div className={classes.mode}>
          <NativeSelect
            size="xs"
            aria-label={t("condition.mode", { label })}
            data={modes.map((each) => ({ value: each, label: t(`condition.${each}`) }))}
            value={mode}
            onChange={(event) => change({ mode: event.currentTarget.value as Mode })}
          />
        </div>
      )}
      {parts.map((part, index) =>
        isComparison(part) ? (
          <ComparisonControl
            // biome-ignore lint/suspicious/noArrayIndexKey: comparisons have no name of their own
            key={index}
            comparison={part}
            path={`${path}${pathOf(clause, index)}`}
            label={labelOf(index)}
            set={(next) => put(index, next)}
            remove={parts.length > 1 || remove ? () => takeOut(index) : undefined}
          />
        ) : isNamed(part) ? (
          <NamedControl
            // biome-ignore lint/suspicious/noArrayIndexKey: one name may stand here twice
            key={index}
            name={part.condition}
            path={`${path}${pathOf(clause, index)}`}
            label={labelOf(index)}
            set={(name) => put(index, { condition: name })}
            remove={() => takeOut(index)}
          />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: groups have no name of their own
          <div key={index} className={classes.nested}>
            <GroupControl
              clause={part}
              path={`${path}${pathOf(clause, index)}`}
              label={`${label} ${index + 1}`}
              nameLabel={labelOf(index)}
              set={(next) => put(index, next as Clause)}
              remove={() => takeOut(index)}
            />
            <RemoveButton label={t("condition.removeGroup")} remove={() => takeOut(index)} />
          </div>
        ),
      )}
      <div className={classes.buttons}>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<PlusIcon size={12} />}
          onClick={() => change({ parts: [...parts, newComparison()] })}
        >
          {t("condition.add")}
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<PlusIcon size={12} />}
          onClick={() => change({ parts: [...parts, { any: [newComparison()] }] })}
        >
          {t("condition.addGroup")}
        </Button>
        <NameMenu
          label={label}
          choose={(name) => {
            const written = parts.filter((part) => !isComparison(part) || part.fact !== "");
            change({ parts: [...written, { condition: name }] });
          }}
        />
        {!(parts.length === 1 && isNamed(parts[0]!)) && (
          <NameThis
            condition={clause}
            label={label}
            nameLabel={nameLabel}
            set={(name) => set({ condition: name })}
          />
        )}
      </div>
    </div>
  );
}

function isClause(value: unknown): value is Clause {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
