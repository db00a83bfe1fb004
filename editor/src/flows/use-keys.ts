import { useEffect, useEffectEvent } from "react";
import { type Action, actionsFor } from "./actions.ts";
import { choose, clipText, pasteText, removeSelected } from "./editing.ts";
import type { Editing } from "./editing-context.ts";
import { stage, view } from "./stage.ts";

const typing = "input, textarea, select, [contenteditable], [role=combobox]";

/** Whether the key is the action's: "mod+shift+Z", "Delete", "?" or a letter. */
export function isKeyOf({ keys }: Pick<Action, "keys">, event: KeyboardEvent): boolean {
  if (!keys) return false;
  const parts = keys.split("+");
  const key = keys === "+" ? "+" : parts.at(-1)!;
  const mod = event.ctrlKey || event.metaKey;
  if (mod !== parts.includes("mod") || event.altKey) return false;
  const isLetter = /^[A-Z]$/.test(key);
  if (isLetter || parts.includes("shift")) if (event.shiftKey !== parts.includes("shift")) return false;
  return event.key.toLowerCase() === key.toLowerCase();
}

/** The keys of the editor. Letters alone count only while the focus is on the canvas, so that they disturb nobody else. */
export function useKeys(editing: Editing) {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    const target = event.target as Element;
    if (event.defaultPrevented || target.closest("[role=dialog]")) return;
    if (target.closest(typing) && event.key !== "Enter") return;
    if (stage.getState().shown) return;
    const onCanvas = target.closest(".react-flow") !== null;
    const node = onCanvas ? target.closest(".react-flow__node")?.getAttribute("data-id") : undefined;
    if (node && event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      if (target.closest("button")) return;
      if (node.includes(":")) stage.setState({ writing: node });
      else choose(editing.open, node);
      event.preventDefault();
      return;
    }
    const again = event.key.toLowerCase() === "y" && (event.ctrlKey || event.metaKey);
    const name = event.key === "Backspace" ? { ...withKey(event, "Delete") } : event;
    const action = actionsFor(editing).find(
      (each) => isKeyOf(each, name as KeyboardEvent) || (again && each.id === "redo"),
    );
    if (!action) return;
    const bare = !action.keys?.includes("mod");
    if ((bare || action.canvasOnly) && !onCanvas) return;
    if (node) focusOn(node);
    event.preventDefault();
    action.run();
  });

  const onClipboard = useEffectEvent((event: ClipboardEvent) => {
    const target = event.target as Element;
    if (stage.getState().shown) return;
    if (target.closest?.(`${typing}, [role=dialog], aside`) || !event.clipboardData) return;
    if (event.type === "paste") {
      const text = event.clipboardData.getData("text/plain");
      if (text) pasteText(editing.open, text);
      return;
    }
    const text = document.getSelection()?.toString() ? undefined : clipText(editing.open);
    if (!text) return;
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
    if (event.type === "cut") removeSelected(editing.open, editing.kinds);
  });

  useEffect(() => {
    const key = (event: KeyboardEvent) => onKeyDown(event);
    const clip = (event: ClipboardEvent) => onClipboard(event);
    document.addEventListener("keydown", key);
    for (const name of ["copy", "cut", "paste"] as const) document.addEventListener(name, clip);
    return () => {
      document.removeEventListener("keydown", key);
      for (const name of ["copy", "cut", "paste"] as const) document.removeEventListener(name, clip);
    };
  }, []);
}

/** A key on a node that is focused but not chosen means that node. */
function focusOn(node: string) {
  const { selected } = stage.getState();
  if (selected.length > 1 && selected.includes(node)) return;
  if (view.current) stage.setState({ selected: [node], edges: [] });
}

const withKey = ({ ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent, key: string) => ({
  ctrlKey,
  metaKey,
  altKey,
  shiftKey,
  key,
});
