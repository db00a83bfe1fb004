import { autocompletion, type CompletionSource } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, linter } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useEffectEvent, useRef } from "react";
import type { Insert } from "./insert.ts";

const colours = HighlightStyle.define([
  { tag: [tags.number, tags.bool, tags.null], color: "var(--mr-input)" },
  { tag: tags.string, color: "var(--mr-good)" },
  { tag: tags.propertyName, color: "var(--mr-decide)" },
  { tag: tags.keyword, color: "var(--mr-act)" },
]);

const look = EditorView.theme({
  "&": {
    border: "1px solid var(--mr-line-strong)",
    borderRadius: "8px",
    backgroundColor: "var(--mr-surface)",
    color: "var(--mr-text)",
    fontSize: "13px",
  },
  "&.cm-focused": { outline: "2px solid var(--mr-accent)", outlineOffset: "-1px" },
  ".cm-content": { caretColor: "var(--mr-text)", padding: "8px 0" },
  ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", maxHeight: "320px" },
  ".cm-tooltip": {
    border: "1px solid var(--mr-line)",
    borderRadius: "8px",
    backgroundColor: "var(--mr-surface)",
    color: "var(--mr-text)",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--mr-accent-soft)",
    color: "var(--mr-accent)",
  },
  ".cm-completionDetail": { color: "var(--mr-muted)", fontStyle: "normal" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--mr-bad)" },
});

export interface CodeProps {
  value: string;
  label: string;
  /** Highlighting and the like. */
  language: Extension;
  complete?: CompletionSource;
  /** What is wrong with the text, shown at its place. */
  check: (state: EditorState) => Diagnostic[];
  typed: (text: string) => void;
  /** Lets others put a name in where the cursor stands. */
  insert?: Insert;
}

/** A box for code. Tab leaves it, as it does any field. */
export function CodeEditor({ value, label, language, complete, check, typed, insert }: CodeProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const onTyped = useEffectEvent((text: string) => typed(text));
  const onCheck = useEffectEvent((state: EditorState) => check(state));
  const onComplete = useEffectEvent<CompletionSource>((context) => complete?.(context) ?? null);
  const first = useRef(value);

  useEffect(() => {
    const extensions = [
      history(),
      bracketMatching(),
      autocompletion({ override: [(context) => onComplete(context)], icons: false, defaultKeymap: true }),
      linter(({ state }) => onCheck(state), { delay: 300 }),
      keymap.of([...defaultKeymap, ...historyKeymap]),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": label }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onTyped(update.state.doc.toString());
      }),
      syntaxHighlighting(colours),
      look,
      language,
    ];
    const state = EditorState.create({ doc: first.current, extensions });
    const made = new EditorView({ state, parent: place.current! });
    view.current = made;
    return () => made.destroy();
  }, [label, language]);

  useEffect(() => {
    const made = view.current;
    first.current = value;
    const now = made?.state.doc.toString();
    if (made && now !== value) made.dispatch({ changes: { from: 0, to: now!.length, insert: value } });
  }, [value]);

  useEffect(() => {
    if (!insert) return;
    insert.current = (text) => {
      const made = view.current;
      made?.dispatch(made.state.replaceSelection(text));
      made?.focus();
    };
  }, [insert]);

  return <div ref={place} />;
}
