import { Input } from "@mantine/core";
import { lazy, Suspense, useMemo } from "react";
import type { Insert } from "../code/insert.ts";
import { t } from "../text/text.ts";
import { useLabels } from "./controls.tsx";
import { expressionError } from "./expression-error.ts";
import classes from "./form.module.css";
import { type ControlProps, useForm } from "./form-context.ts";

const ExpressionEditor = lazy(async () => ({
  default: (await import("../code/expression-editor.tsx")).ExpressionEditor,
}));

/** A calculation in CEL: what can come next is offered, what is wrong is marked and said. */
export function ExpressionControl(props: ControlProps) {
  const { fields, attributes } = useForm();
  const text = typeof props.value === "string" ? props.value : "";
  const { size: _, error, ...labels } = useLabels(props);
  const insert = useMemo((): Insert => ({ current: undefined }), []);
  return (
    <div>
      <Input.Wrapper {...labels} error={expressionError(text) ?? error} labelElement="div">
        <Suspense fallback={<div className={classes.codeWaits} />}>
          <ExpressionEditor
            value={text}
            label={props.label}
            fields={fields}
            attributes={attributes}
            typed={(next) => next !== text && props.set(next)}
            insert={insert}
          />
        </Suspense>
      </Input.Wrapper>
      <FieldChips names={fields} insert={(name) => insert.current?.(name)} />
    </div>
  );
}

function FieldChips({ names, insert }: { names: readonly string[]; insert: (name: string) => void }) {
  const plain = names.filter((name) => /^[A-Za-z_]\w*$/.test(name)).slice(0, 12);
  if (plain.length === 0) return null;
  return (
    <fieldset className="mr-chips" aria-label={t("form.insert")}>
      {plain.map((name) => (
        <button key={name} type="button" onClick={() => insert(name)}>
          {name}
        </button>
      ))}
    </fieldset>
  );
}
