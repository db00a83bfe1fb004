/**
 * JSON text that PostgreSQL can hold: it takes neither U+0000 nor half a surrogate pair, so these become U+FFFD.
 * `value` must be JSON.
 */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes("\\u0000") && !text.includes("\\ud")) return text;
  // An escaped backslash is matched first, so that the text "\\u0000" stays what it is.
  return text.replace(/\\\\|\\u0000|\\ud[89a-f][0-9a-f]{2}/g, (found) =>
    found === "\\\\" ? found : "\ufffd",
  );
}
