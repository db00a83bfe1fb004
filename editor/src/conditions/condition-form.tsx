import { useEffect, useRef } from "react";
import { nameCondition } from "../draft/conditions.ts";
import { useFields } from "../flows/use-fields.ts";
import { ConditionControl } from "../form/condition-control.tsx";
import { FormContext, useForm } from "../form/form-context.ts";
import type { ItemProps } from "./condition-item.tsx";
import classes from "./conditions.module.css";
import { formPath } from "./own-problems.ts";
import { useNamed } from "./use-named.ts";

/** A named condition in the form that conditions of steps have; it offers the fields of the whole flow. */
export function ConditionForm({ open, kinds, flow, name, condition, problems }: Omit<ItemProps, "isEdited">) {
  const form = useForm();
  const names = useFields(flow, kinds);
  const { named, take } = useNamed(flow, name);
  const { document } = open;
  const around = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = around.current;
    element?.addEventListener("focusout", document.endGesture);
    return () => element?.removeEventListener("focusout", document.endGesture);
  }, [document]);
  const loose = problems.filter(({ path }) => path === formPath);
  return (
    <FormContext value={{ ...form, ...names, problems, conditions: named }}>
      <div ref={around} className={classes.form}>
        {loose.map(({ said }) => (
          <p key={said} className={classes.wrong} role="alert">
            {said}
          </p>
        ))}
        <ConditionControl
          schema={{ widget: "condition" }}
          path={formPath}
          label={name}
          value={condition}
          set={(next) => document.apply(...take(nameCondition(name, next), `condition:${name}`))}
          required
        />
      </div>
    </FormContext>
  );
}
