import { checkCondition } from "../../../engine/rules/check-condition.ts";
import type { Condition } from "../../../engine/rules/condition.ts";
import { type ConditionWords, describeCondition } from "../../../engine/rules/describe-condition.ts";
import { type TextKey, t } from "../text/text.ts";

const order = [
  "lessThan",
  "lessThanInclusive",
  "greaterThan",
  "greaterThanInclusive",
  "equal",
  "notEqual",
  "in",
  "notIn",
  "contains",
  "doesNotContain",
];

/** Operators in the order a person looks for them. */
export const operatorOrder: readonly string[] = order;

/** What an operator is called; by itself where the page has no word for it. */
export function operatorWords(name: string): string {
  return order.includes(name) ? t(`operator.${name}` as TextKey) : name;
}

const words = (): ConditionWords => ({
  operator: operatorWords,
  and: t("condition.and"),
  or: t("condition.or"),
  not: t("condition.not"),
  always: t("condition.always"),
  some: t("condition.some"),
  every: t("condition.every"),
  someItem: t("condition.someItem"),
  everyItem: t("condition.everyItem"),
  named: (name) => t("condition.named", { name }),
});

/** The sentence of a condition in the language of the page; undefined for what is no whole condition. */
export function conditionSentence(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return checkCondition(value).length === 0 ? describeCondition(value as Condition, words()) : undefined;
}
