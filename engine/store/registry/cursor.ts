import { MillraceError } from "../../model/errors.ts";
import type { Page } from "../registry.ts";

/** An opaque cursor from the sort key of a page's last item. */
export function toCursor(key: string | number): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** The sort key that `toCursor` was given, as text. Throws `bad_request` for anything else. */
export function fromCursor(cursor: string, kind: "number" | "string"): string {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (kind === "string" ? typeof key === "string" : Number.isSafeInteger(key)) return String(key);
  } catch {
    // Falls through to the sentence.
  }
  throw new MillraceError(
    "bad_request",
    "The cursor is not one of this list; take `next` of the page before.",
  );
}

/** A page from `limit + 1` rows: the one too many only tells that there is a next page. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  key: (row: R) => string | number,
  item: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(item), next: rows.length > limit && last ? toCursor(key(last)) : null };
}
