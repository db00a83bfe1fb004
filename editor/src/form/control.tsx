import type { ReactNode } from "react";
import { AnyControl } from "./any-control.tsx";
import { ConditionControl } from "./condition-control.tsx";
import {
  ChoiceControl,
  DurationControl,
  NameControl,
  NumberControl,
  OrExpressionControl,
  SwitchControl,
  TextControl,
  TextsControl,
} from "./controls.tsx";
import { ExpressionControl } from "./expression-control.tsx";
import { type ControlProps, useForm } from "./form-context.ts";
import { ListControl } from "./list-control.tsx";
import { ObjectControl } from "./object-control.tsx";
import { ParamsControl } from "./params-control.tsx";
import { ScalarControl } from "./scalar-control.tsx";

const zones = Intl.supportedValuesOf("timeZone");

/** The control for a setting: by its widget where one is named and known here, else by its type. */
export function Control(props: ControlProps): ReactNode {
  const { fields, attributes, flows, channels, tables } = useForm();
  const { schema } = props;
  switch (schema.widget) {
    case "condition":
      return <ConditionControl {...props} />;
    case "duration":
      return <DurationControl {...props} />;
    case "expression":
      return <ExpressionControl {...props} />;
    case "field":
      return <NameControl {...props} names={fields} />;
    case "attribute":
      return <NameControl {...props} names={attributes} />;
    case "group":
      return <NameControl {...props} names={[...new Set(["device", ...attributes, ...fields])]} />;
    case "channel":
      return <NameControl {...props} names={channels} />;
    case "table":
      return <NameControl {...props} names={[...tables.keys()]} />;
    case "column":
      return <NameControl {...props} names={tables.get(String(props.beside?.table)) ?? []} />;
    case "flow":
      return <NameControl {...props} names={flows} />;
    case "params":
      return <ParamsControl {...props} />;
    case "scalar":
      return <ScalarControl {...props} />;
    case "timeZone":
      return <NameControl {...props} names={zones} />;
    case "numberOrExpression":
      return <OrExpressionControl {...props} type="number" />;
    case "textOrExpression":
      return <OrExpressionControl {...props} type="text" />;
    case "durationOrExpression":
      return <OrExpressionControl {...props} type="duration" />;
    default:
      return <ByType {...props} />;
  }
}

function ByType(props: ControlProps) {
  const { fields } = useForm();
  const { type, items, properties, enum: choices } = props.schema;
  if (choices) return <ChoiceControl {...props} />;
  if (type === "string") return <TextControl {...props} />;
  if (type === "number" || type === "integer") return <NumberControl {...props} />;
  if (type === "boolean") return <SwitchControl {...props} />;
  if (type === "array" && items?.type === "string")
    return <TextsControl {...props} names={items.widget === "field" ? fields : []} />;
  if (type === "array" && items && items.type !== "array") return <ListControl {...props} />;
  if (type === "object" && properties) return <ObjectControl {...props} />;
  return <AnyControl {...props} />;
}
