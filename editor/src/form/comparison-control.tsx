import { Autocomplete, NativeSelect } from "@mantine/core";
import type { Comparison } from "../../../engine/rules/condition.ts";
import { operatorNames } from "../../../engine/rules/operators.ts";
import { saidAt } from "../flows/problems.ts";
import { t } from "../text/text.ts";
import { operatorOrder, operatorWords } from "./condition-words.ts";
import { useFieldOption } from "./field-options.tsx";
import classes from "./form.module.css";
import { isIn, useForm } from "./form-context.ts";
import { RemoveButton } from "./remove-button.tsx";
import { asType, typeOf, ValueControl, type ValueType } from "./value-control.tsx";

const offered = [...operatorOrder, ...operatorNames.filter((name) => !operatorOrder.includes(name))];

/** What an operator can compare with, the likeliest first. */
function typesFor(operator: string): readonly ValueType[] {
  if (/Than/.test(operator)) return ["number", "field"];
  if (/^(in|notIn)$/.test(operator)) return ["list", "field"];
  return ["number", "text", "boolean", "field"];
}

interface ComparisonProps {
  comparison: Comparison;
  path: string;
  label: string;
  set: (comparison: Comparison) => void;
  remove?: () => void;
}

/** One comparison: a field, how, and with what. What this page does not offer, such as a path into the field, stays as it is. */
export function ComparisonControl({ comparison, path, label, set, remove }: ComparisonProps) {
  const { fields, problems } = useForm();
  const option = useFieldOption();
  const { fact, operator, value } = comparison;
  const wrong = problems.filter((problem) => isIn(problem, path));
  const isWrong = (part: string) => wrong.some((problem) => isIn(problem, `${path}.${part}`));
  const names = offered.includes(operator) ? offered : [...offered, operator];
  const chooseOperator = (next: string) => {
    const types = typesFor(next);
    const type = typeOf(value, typesFor(operator));
    const { value: _, ...rest } = comparison;
    const fits = value === undefined || types.includes(type);
    const kept = fits ? value : asType(value, types[0]!);
    set({ ...rest, operator: next, ...(kept !== undefined && { value: kept }) } as Comparison);
  };
  return (
    <div className={classes.comparison} data-path={path}>
      <div>
        <Autocomplete
          aria-label={t("condition.field", { label })}
          placeholder={t("condition.fieldHint")}
          data={[...fields]}
          renderOption={option}
          value={typeof fact === "string" ? fact : ""}
          error={isWrong("fact")}
          onChange={(name) => set({ ...comparison, fact: name })}
        />
        <NativeSelect
          aria-label={t("condition.operator", { label })}
          data={names.map((name) => ({ value: name, label: operatorWords(name) }))}
          value={operator}
          onChange={(event) => chooseOperator(event.currentTarget.value)}
        />
      </div>
      <div>
        <ValueControl
          value={value}
          types={typesFor(operator)}
          label={t("condition.value", { label })}
          error={isWrong("value")}
          set={(next) => {
            const { value: _, ...rest } = comparison;
            set((next === undefined ? rest : { ...rest, value: next }) as Comparison);
          }}
        />
        {remove && <RemoveButton label={t("condition.remove", { label })} remove={remove} size={36} />}
      </div>
      {wrong[0] && <p className={classes.wrong}>{saidAt(wrong[0], label)}</p>}
    </div>
  );
}
