import { type FieldType, fieldTypeOf, type Payload, typeWords } from "../model/payload.ts";
import type { Values } from "../model/value.ts";
import { nearest } from "./nearest.ts";

/** Why a message does not keep to the payload of its profile, and how to mend it; undefined when it does. */
export type PayloadCheck = (values: Values) => string | undefined;

/** Makes the check ready. A field that is missing or null says nothing, so it is never wrong. */
export function compilePayload(profile: string, { fields, open }: Payload): PayloadCheck {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const names = [...byName.keys()];
  return (values) => {
    for (const name in values) {
      const value = values[name]!;
      const field = byName.get(name);
      if (!field) {
        if (open) continue;
        const near = nearest(name, names);
        return `The profile "${profile}" has no field "${shown(name)}".${near ? ` Did you mean "${near}"?` : ""} Send its fields only, or let the profile's payload be open.`;
      }
      const type = fieldTypeOf(value);
      if (type === undefined) continue;
      if (type !== field.type) return wrongType(profile, name, type, field.type);
      if (typeof value !== "number") continue;
      const { minimum = -Infinity, maximum = Infinity, unit } = field;
      if (value >= minimum && value <= maximum) continue;
      const [word, limit] = value < minimum ? ["below the minimum", minimum] : ["above the maximum", maximum];
      return `The field "${name}" is ${value}, ${word} of ${limit}${unit ? ` ${unit}` : ""} that the profile "${profile}" gives. Look at the sensor, or change the profile's payload.`;
    }
    return undefined;
  };
}

const wrongType = (profile: string, name: string, is: FieldType, wanted: FieldType) =>
  `The field "${name}" is ${typeWords[is]}; the profile "${profile}" asks for ${typeWords[wanted]}. Send ${typeWords[wanted]}, or change the profile's payload.`;

const shown = (name: string) => (name.length > 64 ? `${name.slice(0, 61)}...` : name);
