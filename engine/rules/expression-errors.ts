import { withFieldNames } from "./expression-names.ts";

const typeWords: Record<string, string> = {
  double: "number",
  int: "number",
  uint: "number",
  string: "text",
  bool: "true/false",
  null: "null",
  dyn: "anything",
};
const tokens: Record<string, string> = {
  EOF: "the end",
  RPAREN: '")"',
  LPAREN: '"("',
  RBRACKET: '"]"',
  RBRACE: '"}"',
  COLON: '":"',
  COMMA: '","',
  IDENTIFIER: "a name",
  NUMBER: "a number",
  STRING: "text",
};

/** What an error of cel-js means to the author, with its place: ", at character 7: ...". */
export function explain(error: unknown, text: string): string {
  const { summary, range } = error as { summary?: string; range?: { start: number } };
  const sentence = plain(withFieldNames(summary ?? (error as Error).message));
  return `${place(range?.start, text)}: ${sentence}.`;
}

function place(at: number | undefined, text: string): string {
  if (at === undefined) return "";
  const before = text.slice(0, at).split("\n");
  const column = before.at(-1)!.length + 1;
  const line = before.length > 1 ? ` of line ${before.length}` : "";
  return at >= text.length ? " at its end" : ` at character ${column}${line}`;
}

const meanings: readonly [RegExp, (found: string) => string][] = [
  [/^Unknown variable: (.*)$/, (name) => `the message has no field "${name}"`],
  [/^Unsupported type: function(.*)$/, () => "the message has no such field"],
  [/^No such key: index out of bounds(.*)$/, () => "the list has no item at this index"],
  [/^No such key: (.*)$/, (name) => `there is no "${name}" in it`],
  [
    /^no such overload: (.*)$/,
    (types) => `"${words(types)}" cannot be calculated; both sides must fit the operator`,
  ],
  [
    /^found no matching overload for '(.*)'$/,
    (call) => `there is no function for "${words(call)}"; look at its name and what you give it`,
  ],
  [
    /^Reserved identifier: ([a-z]+)$/,
    (name) =>
      `"${name}" is a word of CEL itself; give a field of that name another by a calculate node before`,
  ],
  [
    /^Unexpected token: IN(.*)$/,
    () =>
      'before "in" something is missing; "in" is a word of CEL itself, so give a field of that name another by a calculate node before',
  ],
  [/^Unexpected token: EOF(.*)$/, () => "something is missing here"],
  [
    /^has\(\) invalid argument(.*)$/,
    () => "has(...) needs a part of something, such as has(device.attributes.limit)",
  ],
];

function plain(summary: string): string {
  for (const [pattern, meaning] of meanings) {
    const found = pattern.exec(summary);
    if (found) return meaning(found[1]!);
  }
  const text = summary.replace(/\.$/, "").replace(/\b[A-Z]{3,}\b/g, (name) => tokens[name] ?? name);
  return words(text.charAt(0).toLowerCase() + text.slice(1));
}

const words = (text: string) =>
  text
    .replace(/dyn<(\w+)>/g, "$1")
    .replace(/\b(double|int|uint|string|bool|null|dyn)\b(?!\()/g, (name) => typeWords[name]!);
