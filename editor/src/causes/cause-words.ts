import type { CauseStep, ExplainedCause } from "../../../engine/model/cause.ts";
import type { Value } from "../../../engine/model/value.ts";
import { capital } from "../../../engine/model/wording.ts";
import { type ReasonWords, sayReasons } from "../../../engine/rules/say-reason.ts";
import { operatorWords } from "../form/condition-words.ts";
import { formatLocale, kindTexts, type TextKey, t } from "../text/text.ts";
import { moment, span, words } from "../ui/words.ts";

/** Of an operator that fails there is a word of its own, unless it is said to fail by another operator. */
const opposite: Record<string, string> = {
  equal: "notEqual",
  notEqual: "equal",
  in: "notIn",
  notIn: "in",
  contains: "doesNotContain",
  doesNotContain: "contains",
};
const orders = ["lessThan", "lessThanInclusive", "greaterThan", "greaterThanInclusive"];

function operator(name: string, isNegated: boolean): string {
  if (!isNegated) return operatorWords(name);
  if (orders.includes(name)) return t(`cause.not.${name}` as TextKey);
  return operatorWords(opposite[name] ?? name);
}

/** The time of day, with the date where it is not the day of `near`. */
export function clock(time: string | number, near: string): string {
  const at = new Date(time);
  if (at.toDateString() !== new Date(near).toDateString()) return moment(time);
  return at.toLocaleTimeString(formatLocale(), { timeStyle: "medium" });
}

const wordsNear = (near: string): ReasonWords => ({
  operator,
  missing: (field) => t("cause.missing", { field }),
  some: t("condition.some"),
  every: t("condition.every"),
  not: t("condition.not"),
  and: t("condition.and"),
  value: (value) => words(value),
  named(name: string, value: Value | undefined) {
    if (typeof value !== "number") return words(value);
    if (name.endsWith("At")) return clock(value, near);
    return name.endsWith("Ms") ? span(value) : words(value);
  },
  remark: (text) => kindTexts()?.[text] ?? text,
});

/** Why a step did what it did, as a sentence in the language of the page; empty where it only let the message pass. */
export function stepSentence({ reasons }: CauseStep, { ts }: ExplainedCause): string {
  const said = sayReasons(reasons, wordsNear(ts));
  // A sentence of a kind begins small; the name of a field stays as it is.
  return reasons[0] && "text" in reasons[0] ? capital(said) : said;
}
