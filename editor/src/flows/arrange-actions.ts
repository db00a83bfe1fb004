import { t } from "../text/text.ts";
import type { Action } from "./actions.ts";
import { align, distribute, group, newNote, ungroup } from "./arranging.ts";
import type { Editing } from "./editing-context.ts";
import { toggleSnap } from "./preferences.ts";

/** Lines, gaps, frames and notes. */
export function arrangeActions(editing: Editing): Action[] {
  const arrange = t("group.arrange");
  const sides = ["left", "centre", "right", "top", "middle", "bottom"] as const;
  const axes = ["across", "down"] as const;
  return [
    { id: "note", title: t("action.note"), group: arrange, keys: "N", run: () => newNote(editing) },
    {
      id: "group",
      title: t("action.group"),
      group: arrange,
      keys: "mod+G",
      canvasOnly: true,
      run: () => group(editing),
    },
    {
      id: "ungroup",
      title: t("action.ungroup"),
      group: arrange,
      keys: "mod+shift+G",
      canvasOnly: true,
      run: () => ungroup(editing),
    },
    ...sides.map((side) => ({
      id: `align-${side}`,
      title: t(`align.${side}`),
      group: arrange,
      run: () => align(editing, side),
    })),
    ...axes.map((axis) => ({
      id: `distribute-${axis}`,
      title: t(`distribute.${axis}`),
      group: arrange,
      run: () => distribute(editing, axis),
    })),
    { id: "snap", title: t("action.snap"), group: arrange, run: toggleSnap },
  ];
}
