import { Button } from "@mantine/core";
import { saidAt } from "../flows/problems.ts";
import { t } from "../text/text.ts";
import { PlusIcon } from "../ui/icons.tsx";
import { Control } from "./control.tsx";
import classes from "./form.module.css";
import { type ControlProps, isAt, useForm } from "./form-context.ts";
import { PartsControl } from "./object-control.tsx";
import { RemoveButton } from "./remove-button.tsx";
import { initialOf } from "./schema.ts";

/** A list of settings: each entry in a card of its own, to be added and taken out. */
export function ListControl({ schema, value, path, label, set, required }: ControlProps) {
  const { problems } = useForm();
  const list = Array.isArray(value) ? value : [];
  const items = schema.items ?? {};
  const wrong = problems.find((problem) => isAt(problem, path));
  const change = (next: unknown[]) => set(next.length === 0 && !required ? undefined : next);
  const put = (index: number, entry: unknown) => change(list.map((old, at) => (at === index ? entry : old)));
  return (
    <fieldset className={classes.list} data-path={path}>
      <legend>{label}</legend>
      {schema.description && <p className={classes.help}>{schema.description}</p>}
      {list.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries have no name of their own, and keep their places
        <div key={index} className={classes.entry}>
          {items.properties ? (
            <PartsControl
              schema={items}
              value={entry}
              path={`${path}[${index}]`}
              set={(next) => put(index, next)}
            />
          ) : (
            <Control
              schema={items}
              value={entry}
              path={`${path}[${index}]`}
              label={items.title ?? t("form.entry", { number: index + 1 })}
              required
              set={(next) => put(index, next ?? "")}
            />
          )}
          <RemoveButton
            label={t("form.remove", { label, number: index + 1 })}
            remove={() => change(list.filter((_, at) => at !== index))}
            className={classes.remove}
          />
        </div>
      ))}
      {wrong && (
        <p className={classes.wrong} role="alert">
          {saidAt(wrong, label)}
        </p>
      )}
      <Button
        size="xs"
        variant="default"
        leftSection={<PlusIcon size={14} />}
        aria-label={t("form.addTo", { label })}
        onClick={() => change([...list, initialOf(items) ?? ""])}
      >
        {t("form.add")}
      </Button>
    </fieldset>
  );
}
