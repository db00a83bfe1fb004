import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { StreamLanguage } from "@codemirror/language";
import type { Diagnostic } from "@codemirror/lint";
import type { EditorState } from "@codemirror/state";
import { expressionError } from "../form/expression-error.ts";
import { type TextKey, t } from "../text/text.ts";
import { CodeEditor } from "./code-editor.tsx";
import type { Insert } from "./insert.ts";

const language = StreamLanguage.define({
  token(stream) {
    if (stream.match(/"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?/)) return "string";
    if (stream.match(/\d+(\.\d+)?/)) return "number";
    if (stream.match(/(true|false|null|in)\b/)) return "keyword";
    if (!stream.match(/[A-Za-z_]\w*/)) stream.next();
    return null;
  },
});

const functions: readonly [name: string, given: string][] = [
  ["abs", "x"],
  ["ceil", "x"],
  ["floor", "x"],
  ["round", "x, digits"],
  ["sqrt", "x"],
  ["pow", "x, y"],
  ["min", "x, y"],
  ["max", "x, y"],
  ["has", "device.attributes.name"],
  ["size", "list"],
  ["string", "x"],
  ["double", "text"],
];

const named = (names: readonly string[], detail: string): Completion[] =>
  names.filter((name) => /^[A-Za-z_]\w*$/.test(name)).map((label) => ({ label, detail }));

/** What can stand at the cursor: fields and functions, after a dot the parts of the device. */
function complete(context: CompletionContext, fields: readonly string[], attributes: readonly string[]) {
  const path = context.matchBefore(/device\.attributes\.\w*/);
  const part = context.matchBefore(/device\.\w*/);
  const word = context.matchBefore(/[A-Za-z_]\w*/);
  const from = (length: number, options: Completion[]): CompletionResult => ({
    from: context.pos - length,
    options,
    validFor: /^\w*$/,
  });
  if (path)
    return from(path.text.length - "device.attributes.".length, named(attributes, t("cel.attribute")));
  if (part)
    return from(
      part.text.length - "device.".length,
      named(["attributes", "id", "name", "profile"], t("cel.device")),
    );
  if (!word && !context.explicit) return null;
  return from(word?.text.length ?? 0, [
    ...named(fields, t("cel.field")),
    { label: "device", detail: t("cel.device") },
    { label: "ts", detail: t("cel.ts") },
    ...functions.map(([name, given]) => ({
      label: name,
      displayLabel: `${name}(${given})`,
      detail: t(`cel.${name}` as TextKey),
      apply: `${name}(`,
      boost: -1,
    })),
  ]);
}

/** Where the sentence of an error says it is: "at character 7 of line 2". */
function check(state: EditorState): Diagnostic[] {
  const message = expressionError(state.doc.toString());
  if (message === undefined) return [];
  const [, column, row] =
    /(?:at character|bei Zeichen) (\d+)(?: (?:of line|in Zeile) (\d+))?/.exec(message) ?? [];
  const line = state.doc.line(Math.min(Number(row ?? 1), state.doc.lines));
  const at = column === undefined ? state.doc.length - 1 : line.from + Number(column) - 1;
  const from = Math.max(0, Math.min(at, state.doc.length - 1));
  const word = state.wordAt(from);
  return [{ from, to: Math.max(from + 1, word?.to ?? 0), severity: "error", message }];
}

interface ExpressionProps {
  value: string;
  label: string;
  fields: readonly string[];
  attributes: readonly string[];
  typed: (text: string) => void;
  insert: Insert;
}

/** An expression, with what can be typed next and what is wrong. */
export function ExpressionEditor({ fields, attributes, ...rest }: ExpressionProps) {
  return (
    <CodeEditor
      {...rest}
      language={language}
      complete={(context) => complete(context, fields, attributes)}
      check={check}
    />
  );
}
