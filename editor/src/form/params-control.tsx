import { Button, TextInput } from "@mantine/core";
import { t } from "../text/text.ts";
import { PlusIcon } from "../ui/icons.tsx";
import { expressionError } from "./expression-error.ts";
import classes from "./form.module.css";
import { type ControlProps, isIn, useForm } from "./form-context.ts";
import { RemoveButton } from "./remove-button.tsx";
import { ValueControl, type ValueType } from "./value-control.tsx";

const types: readonly ValueType[] = ["number", "text", "boolean", "expression"];

/** Named values, fixed or calculated. */
export function ParamsControl({ schema, value, path, label, set }: ControlProps) {
  const { problems } = useForm();
  const params = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const change = (next: [string, unknown][]) =>
    set(next.length === 0 ? undefined : Object.fromEntries(next.map(([name, each]) => [name, each ?? ""])));
  const put = (index: number, entry: [string, unknown]) =>
    change(params.map((old, at) => (at === index ? entry : old)));
  const wrong = problems.find((problem) => isIn(problem, path));
  const fresh = () => {
    for (let number = params.length + 1; ; number++)
      if (!params.some(([name]) => name === `value${number}`)) return `value${number}`;
  };
  return (
    <fieldset className={classes.list} data-path={path}>
      <legend>{label}</legend>
      {schema.description && <p className={classes.help}>{schema.description}</p>}
      {params.map(([name, each], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the name is what is being typed
        <div key={index} className={classes.comparison}>
          <div>
            <TextInput
              aria-label={t("params.name", { number: index + 1 })}
              value={name}
              onChange={(event) => {
                const next = event.currentTarget.value;
                if (!params.some(([other], at) => at !== index && other === next)) put(index, [next, each]);
              }}
            />
            <RemoveButton
              label={t("form.remove", { label, number: index + 1 })}
              remove={() => change(params.filter((_, at) => at !== index))}
              size={36}
            />
          </div>
          <div>
            <ValueControl
              value={each}
              types={types}
              label={t("params.value", { name })}
              set={(next) => put(index, [name, next])}
            />
          </div>
          {typeof each === "string" && each.startsWith("=") && (
            <Wrong text={expressionError(each.slice(1))} />
          )}
        </div>
      ))}
      <Wrong text={wrong?.said} />
      <Button
        size="xs"
        variant="default"
        leftSection={<PlusIcon size={14} />}
        aria-label={t("form.addTo", { label })}
        onClick={() => change([...params, [fresh(), ""]])}
      >
        {t("form.add")}
      </Button>
    </fieldset>
  );
}

function Wrong({ text }: { text: string | undefined }) {
  return text === undefined ? null : <p className={classes.wrong}>{text}</p>;
}
