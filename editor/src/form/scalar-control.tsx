import { Input } from "@mantine/core";
import { useLabels } from "./controls.tsx";
import classes from "./form.module.css";
import type { ControlProps } from "./form-context.ts";
import { ValueControl, type ValueType } from "./value-control.tsx";

const types: readonly ValueType[] = ["number", "text", "boolean"];

/** One value: a number, a text, or yes and no. */
export function ScalarControl(props: ControlProps) {
  const { size: _, ...labels } = useLabels(props);
  return (
    <Input.Wrapper {...labels} labelElement="div">
      <div className={classes.scalar}>
        <ValueControl value={props.value} types={types} label={props.label} set={props.set} />
      </div>
    </Input.Wrapper>
  );
}
