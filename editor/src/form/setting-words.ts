import type { Value } from "../../../engine/model/value.ts";
import { humanise, words } from "../ui/words.ts";
import { conditionSentence } from "./condition-words.ts";
import { choiceWords, type Schema } from "./schema.ts";

/** A setting in words: its parts and choices as its form calls them, conditions as sentences. */
export function settingWords(value: unknown, schema: Schema | undefined): string {
  const isName = isGroup(value) && "condition" in value;
  const sentence = isName && schema?.widget !== "condition" ? undefined : conditionSentence(value);
  if (sentence !== undefined) return sentence;
  const part = partFor(value, schema);
  if (Array.isArray(value) && value.length > 0)
    return value.map((each) => settingWords(each, part?.items)).join(value.some(isGroup) ? "; " : ", ");
  if (isGroup(value))
    return Object.entries(value)
      .map(([name, inner]) => {
        const its = part?.properties?.[name];
        return `${its?.title ?? humanise(name)}: ${settingWords(inner, its)}`;
      })
      .join(", ");
  if (typeof value === "string" && part?.enum?.includes(value)) return choiceWords(value, part);
  return words(value as Value);
}

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Of a schema with several forms the one that the value has. */
function partFor(value: unknown, schema: Schema | undefined): Schema | undefined {
  return schema?.anyOf?.find((form) => hasForm(value, form)) ?? schema;
}

function hasForm(value: unknown, { type, enum: choices, properties = {} }: Schema): boolean {
  if (choices) return choices.includes(value);
  if (!isGroup(value)) return type === (Array.isArray(value) ? "array" : typeof value);
  return Object.entries(value).every(([name, part]) => {
    const its = properties[name];
    return its !== undefined && (its.const === undefined || its.const === part);
  });
}
