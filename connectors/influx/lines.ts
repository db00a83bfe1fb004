/** Measurement and tags; fields, whose quoted text may hold line breaks; time. */
const line = /[^\n]+?(?<!\\) (?:[^\n]+?(?<!\\)=(?:"(?:\\["\\]|[^"\\])*"|[^\s,"]+),?)+ -?\d+(?=\n|$)/g;

/** The lines of a text in line protocol; all as one where it is not as `encodeLines` writes it. */
export function splitLines(text: string): string[] {
  const lines = text.match(line) ?? [];
  return lines.join("\n") === text ? lines : [text];
}
