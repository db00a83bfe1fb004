import type { ReactNode } from "react";
import classes from "./form.module.css";
import { useForm } from "./form-context.ts";

/** How a name in a list of fields is shown: with its unit, where a profile gives one. */
export function useFieldOption(): (item: { option: { value: string } }) => ReactNode {
  const { units } = useForm();
  return ({ option: { value } }) => (
    <span className={classes.option}>
      <span>{value}</span>
      {units.has(value) && <small>{units.get(value)}</small>}
    </span>
  );
}
