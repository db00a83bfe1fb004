import type { Flow } from "../model/flow.ts";
import { type FieldType, fieldTypeOf, typeWords } from "../model/payload.ts";
import type { Problem } from "../model/problem.ts";
import type { Profile } from "../model/profile.ts";
import { kindByName } from "../nodes/kinds.ts";
import { isReference } from "../rules/condition.ts";
import { inspectExpression } from "../rules/expression.ts";
import type { NamedConditions } from "../rules/named-conditions.ts";
import { nearest } from "../rules/nearest.ts";
import { type Read, readsOf } from "./field-reads.ts";
import { type Field, inferFields, ownFields, seenBy, soundConfig } from "./fields.ts";
import type { Surroundings } from "./surroundings.ts";

/** What every expression may name beside fields. */
const always = new Set(["device", "ts"]);
const maxListed = 8;

/** `by`: name of the condition that says so. */
type Say = (code: string, path: string, message: string, by?: string) => void;
/** The field of that name: undefined where messages have none. */
type Known = (name: string) => Field | undefined;

/**
 * Checks that settings name fields which messages have at that place, with types that go together, as far as the profiles
 * of the devices tell: errors where a payload is closed, warnings where it is open.
 */
export function checkFields(
  flow: Flow,
  conditions: NamedConditions,
  profiles: readonly Profile[],
  tables?: Surroundings["tables"],
): Problem[] {
  const problems: Problem[] = [];
  const incoming = inferFields(flow, profiles, tables);
  for (const node of flow.nodes) {
    const arriving = incoming.get(node.id);
    const kind = kindByName(node.kind);
    const config = kind && soundConfig(kind, node);
    if (!arriving || arriving.claim === "none" || config === undefined) continue;
    const fields = seenBy(kind!, config, arriving);
    const own = ownFields(kind!, config, fields, tables);
    const isOpen = fields.claim === "open";
    // A named condition may read a field twice, and all that it reads is told of at its name.
    const told = new Set<string>();
    const say: Say = (code, path, message, by) => {
      const within = by === undefined ? "" : `: In the condition "${by}"`;
      const said = `Node "${node.id}": "${path}"${within}${message}`;
      if (told.has(said)) return;
      told.add(said);
      problems.push({ code, ...(isOpen && { level: "warning" }), node: node.id, path, message: said });
    };
    const names = [...new Set([...fields.byName.keys(), ...own.keys()])];
    const unknown = (path: string, name: string, by?: string) => {
      const near = nearest(name, names);
      const field = `field "${name.slice(0, 64)}"`;
      const lack = isOpen
        ? `The profiles of these devices list no ${field}.`
        : `No message has a ${field} here.`;
      const listed = names.slice(0, maxListed).join(", ") + (names.length > maxListed ? " and more" : "");
      const hint = near ? ` Did you mean "${near}"?` : "";
      say("unknown_field", path, `: ${lack}${hint} Fields here: ${listed || "none"}.`, by);
    };
    const before: Known = (name) => fields.byName.get(name) ?? own.get(name);
    const after: Known = (name) => own.get(name) ?? fields.byName.get(name);
    for (const read of readsOf(kind!, config, conditions)) {
      // What a condition reads that is used by its name is told of at the name.
      const { by } = read;
      checkRead(read, {
        before,
        after,
        say: (code, path, message) => say(code, by === undefined ? path : read.path, message, by),
        unknown: (path, name) => unknown(path, name, by),
      });
    }
  }
  return problems;
}

interface Place {
  before: Known;
  /** With what the node itself has written. */
  after: Known;
  say: Say;
  unknown(path: string, name: string): void;
}

function checkRead(read: Read, { before, after, say, unknown }: Place) {
  const { path } = read;
  switch (read.type) {
    case "field": {
      const field = before(read.name);
      if (!field) return unknown(path, read.name);
      if (read.needs && field.type && field.type !== read.needs)
        say(
          "mistyped_field",
          path,
          `: The field "${read.name}" is ${typeWords[field.type]} here; choose one that is ${typeWords[read.needs]}.`,
        );
      return;
    }
    case "unit": {
      const unit = before(read.name)?.unit;
      if (unit && unit !== read.unit)
        say(
          "wrong_unit",
          path,
          `: The field "${read.name}" is in ${unit} here, not in ${read.unit}; choose ${unit}.`,
        );
      return;
    }
    case "expression": {
      const found = inspectExpression(read.text, (name) => after(name)?.type);
      for (const name of found?.names ?? []) if (!always.has(name) && !after(name)) unknown(path, name);
      if (found?.mistyped) say("mistyped_field", path, `: The types do not go together ${found.mistyped}`);
      return;
    }
    case "channel":
    case "table":
    case "column":
      return;
    case "comparison":
      return checkComparison(read, before, say);
    default:
      read satisfies never;
  }
}

/** Decorators such as "someFact:" and paths into a field look at its parts, of which nothing is known. */
function checkComparison(read: Extract<Read, { type: "comparison" }>, known: Known, say: Say) {
  const { path, fact, operator, value } = read;
  const type = known(fact.fact)?.type;
  if (!type || fact.path !== undefined || operator.includes(":")) return;
  const name = `The field "${fact.fact}" is ${typeWords[type]} here`;
  if (/Than/.test(operator)) {
    if (type !== "number")
      return say(
        "mistyped_field",
        `${path}.operator`,
        `: ${name}, and "${operator}" compares numbers; choose another.`,
      );
  } else if (/ontain/.test(operator)) {
    if (type !== "list")
      say(
        "mistyped_field",
        `${path}.operator`,
        `: ${name}, and "${operator}" looks into lists; choose another.`,
      );
    return;
  }
  if (isReference(value)) {
    const other = value.path === undefined ? known(value.fact)?.type : undefined;
    if (other && other !== type && !/[iI]n$/.test(operator))
      say(
        "mistyped_field",
        `${path}.value`,
        `: ${name}, and "${value.fact}" is ${typeWords[other]}; compare like with like.`,
      );
    return;
  }
  const wrong = otherTypes(type, operator, value);
  if (wrong)
    say(
      "mistyped_field",
      `${path}.value`,
      `: ${name}, and is compared with ${typeWords[wrong]}; give ${typeWords[type]}.`,
    );
}

/** The type that the field is compared with, where it can never be equal. */
function otherTypes(type: FieldType, operator: string, value: unknown): FieldType | undefined {
  if (operator === "in" || operator === "notIn") {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const types = value.map(fieldTypeOf);
    return types.every((other) => other !== undefined && other !== type) ? types[0] : undefined;
  }
  const other = fieldTypeOf(value);
  return other === type ? undefined : other;
}
