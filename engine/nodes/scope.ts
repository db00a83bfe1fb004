import type { Message } from "../model/message.ts";
import type { Values } from "../model/value.ts";
import type { Scope } from "../rules/expression.ts";

/** What an expression sees: the fields, `device` and `ts` in ms. The last two win over fields of that name. */
export function scopeOf({ device, ts }: Message, values: Values): Scope {
  // Not spread: see enrich.
  return Object.assign({}, values, { device, ts });
}
