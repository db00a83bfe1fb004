import { json } from "@codemirror/lang-json";
import { syntaxTree } from "@codemirror/language";
import type { Diagnostic } from "@codemirror/lint";
import type { EditorState } from "@codemirror/state";
import { CodeEditor } from "./code-editor.tsx";

const language = json();

/** Something wrong with the value, at a path such as "window.size"; without one it is about the whole. */
export interface JsonProblem {
  path?: string;
  message: string;
}

interface JsonProps {
  value: string;
  label: string;
  typed: (text: string) => void;
  problemsOf: (value: unknown) => readonly JsonProblem[];
}

/** JSON, checked for its form as it is typed. */
export function JsonEditor({ problemsOf, ...rest }: JsonProps) {
  function check(state: EditorState): Diagnostic[] {
    const text = state.doc.toString();
    if (text.trim() === "") return [];
    try {
      const value: unknown = JSON.parse(text);
      return problemsOf(value).map(({ path, message }) => ({
        ...placeOf(state, path ?? ""),
        severity: "error",
        message,
      }));
    } catch (error) {
      const { message } = error as Error;
      const at = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
      const from = Math.max(0, Math.min(at, text.length) - 1);
      return [{ from, to: from + 1, severity: "error", message }];
    }
  }
  return <CodeEditor {...rest} language={language} check={check} />;
}

/** Where the value at a path stands in the text; the nearest around it where it is missing. */
function placeOf(state: EditorState, path: string): { from: number; to: number } {
  let at = syntaxTree(state).topNode.firstChild;
  for (const part of path.split(/[.[\]]+/).filter(Boolean)) {
    const inner = /^\d+$/.test(part) ? itemAt(at, Number(part)) : memberOf(at, part, state);
    if (!inner) break;
    at = inner;
  }
  return at ? { from: at.from, to: Math.max(at.from + 1, at.to) } : { from: 0, to: 1 };
}

type Tree = ReturnType<typeof syntaxTree>["topNode"] | null;

function memberOf(object: Tree, name: string, state: EditorState): Tree {
  for (const property of object?.getChildren("Property") ?? []) {
    const key = property.getChild("PropertyName");
    if (key && state.sliceDoc(key.from + 1, key.to - 1) === name) return property.lastChild;
  }
  return null;
}

function itemAt(array: Tree, index: number): Tree {
  let item = array?.firstChild?.nextSibling ?? null;
  for (let left = index; left > 0 && item; left--) item = item.nextSibling;
  return item;
}
