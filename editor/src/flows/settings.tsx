import type { ReactNode } from "react";
import type { FlowNode } from "../../../engine/model/flow.ts";
import type { Value } from "../../../engine/model/value.ts";
import { humanise, words } from "../ui/words.ts";
import { ConditionView, isCondition } from "./condition.tsx";
import { settingsOf } from "./kinds.ts";
import classes from "./settings.module.css";
import { ofItems, ofProperty, type Titles } from "./titles.ts";

interface Shown<T> {
  value: T;
  titles: Titles | undefined;
}

/** A node's settings in words, by the titles of the kind's schema. */
export function Settings({ node }: { node: FlowNode }) {
  const { values, titles } = settingsOf(node);
  const settings = Object.entries(values).filter(([, value]) => value !== undefined);
  if (settings.length === 0) return <p>Nothing is set: it takes everything as it comes.</p>;
  return (
    <dl className={classes.settings}>
      {settings.map(([name, value]) => {
        const own = ofProperty(titles, name);
        return (
          <div key={name} data-wide={typeof value === "object" && value !== null && !isShort(value)}>
            <dt title={own?.description}>{own?.title ?? humanise(name)}</dt>
            <dd>
              <SettingValue value={value} titles={own} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function isShort(value: Value): boolean {
  return Array.isArray(value) && value.every((each) => typeof each !== "object") && value.length <= 2;
}

function SettingValue({ value, titles }: Shown<Value>): ReactNode {
  if (isCondition(value)) return <ConditionView condition={value} />;
  if (typeof value === "string" && value.startsWith("=")) return <code>{value.slice(1)}</code>;
  if (typeof value !== "object" || value === null) return words(value);
  if (Array.isArray(value)) return <Listed value={value} titles={ofItems(titles)} />;
  return <Parts value={value} titles={titles} />;
}

function Listed({ value, titles }: Shown<Value[]>) {
  if (value.every((each) => typeof each !== "object")) return words(value);
  return (
    <ul>
      {value.map((each) => (
        <li key={JSON.stringify(each)}>
          <SettingValue value={each} titles={titles} />
        </li>
      ))}
    </ul>
  );
}

function Parts({ value, titles }: Shown<{ [key: string]: Value }>) {
  const parts = Object.entries(value);
  if (parts.length === 0) return "none";
  return (
    <span className={classes.parts}>
      {parts.map(([key, part]) => {
        const own = ofProperty(titles, key);
        return (
          <span key={key}>
            <em>{own?.title ?? humanise(key)}</em> <SettingValue value={part} titles={own} />
          </span>
        );
      })}
    </span>
  );
}
