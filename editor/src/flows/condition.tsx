import type { Value } from "../../../engine/model/value.ts";
import type { Clause } from "../../../engine/rules/condition.ts";
import { describeCondition } from "../../../engine/rules/describe-condition.ts";
import classes from "./settings.module.css";

/** Whether a setting is a condition of json-rules-engine, by its shape. */
export function isCondition(value: Value | Clause): value is Clause & Value {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  if ("all" in value) return Array.isArray(value.all);
  if ("any" in value) return Array.isArray(value.any);
  if ("not" in value) return typeof value.not === "object";
  return "fact" in value && "operator" in value;
}

/** A condition as nested sentences. */
export function ConditionView({ condition }: { condition: Clause }) {
  if ("all" in condition) return <Group title="All of these hold" parts={condition.all} />;
  if ("any" in condition) return <Group title="At least one of these holds" parts={condition.any} />;
  if ("not" in condition) return <Group title="This does not hold" parts={[condition.not]} always />;
  return describeCondition({ all: [condition] });
}

function Group({ title, parts, always = false }: { title: string; parts: Clause[]; always?: boolean }) {
  const [first] = parts;
  if (!first) return "always";
  if (parts.length === 1 && !always) return <ConditionView condition={first} />;
  return (
    <span className={classes.group}>
      {title}:
      <ul>
        {parts.map((part) => (
          <li key={JSON.stringify(part)}>
            <ConditionView condition={part} />
          </li>
        ))}
      </ul>
    </span>
  );
}
