import * as z from "zod";
import type { Value } from "../model/value.ts";
import { checkCondition, type LookUp } from "./check-condition.ts";

/** Another field to compare with. */
export interface FactReference {
  fact: string;
  path?: string;
}
/** One comparison of a field with a value. */
export interface Comparison {
  fact: string;
  operator: string;
  value: Value | FactReference;
  /** JSONPath into the field's value, such as "$.inner[0]". */
  path?: string;
}
/** Stands for the condition that its flow has under this name. */
export interface ConditionReference {
  condition: string;
}
/** A condition in the form of json-rules-engine. */
export type Condition = { all: Clause[] } | { any: Clause[] } | { not: Clause } | ConditionReference;
export type Clause = Condition | Comparison;

/** A condition as a setting of a node, where the names of its flow may stand. Each problem has its own path and sentence. */
export const conditionSchema = schemaWith();

/** The same where no flow is around that could name conditions. */
export const nameless = schemaWith(() => ({
  problem: "There is no flow here whose conditions could be used by name; write the condition out.",
}));

function schemaWith(lookUp?: LookUp) {
  return z
    .looseObject({})
    .superRefine((input, context) => {
      for (const { path, message } of checkCondition(input, lookUp))
        context.addIssue({ code: "custom", path: [...path], message });
    })
    .meta({ widget: "condition" }) as unknown as z.ZodType<Condition>;
}

/** Whether the value of a comparison names another field. */
export function isReference(value: unknown): value is FactReference {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "fact");
}
