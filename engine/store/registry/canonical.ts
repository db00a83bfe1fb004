import { createHash } from "node:crypto";
import type { Flow } from "../../model/flow.ts";
import { storableJson } from "../../model/storable-json.ts";

/** JSON text with sorted keys: one text for one content. */
export function canonicalJson(value: unknown): string {
  return storableJson(sorted(value));
}

/** SHA-256 of what a flow does, in hex: where its nodes stand on the canvas makes no difference. */
export function contentHash({ layout: _, ...content }: Flow): string {
  return createHash("sha256").update(canonicalJson(content)).digest("hex");
}

/** Strong entity tag of a canonical text, quotes included. */
export function entityTag(canonical: string): string {
  return `"${createHash("sha256").update(canonical).digest("base64url").slice(0, 27)}"`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}
