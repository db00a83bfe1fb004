import { Menu } from "@mantine/core";
import { Panel } from "@xyflow/react";
import type { ReactNode } from "react";
import { useStore } from "zustand";
import { t } from "../text/text.ts";
import {
  AlignIcon,
  CheckIcon,
  GroupFrameIcon,
  LinkIcon,
  NoteIcon,
  PlusIcon,
  RedoIcon,
  TidyIcon,
  TrashIcon,
  UndoIcon,
} from "../ui/icons.tsx";
import { type Action, actionsFor } from "./actions.ts";
import { useEditing } from "./editing-context.ts";
import { useSnap } from "./preferences.ts";
import { useStage } from "./stage.ts";
import classes from "./toolbar.module.css";

/** The tools at the head of the canvas. */
export function Toolbar() {
  const editing = useEditing();
  const { store } = editing.open.document;
  const canUndo = useStore(store.temporal, ({ pastStates }) => pastStates.length > 0);
  const canRedo = useStore(store.temporal, ({ futureStates }) => futureStates.length > 0);
  const chosen = useStage(({ selected, edges }) => selected.length + edges.length);
  const oneNode = useStage(({ selected }) => selected.length === 1 && !selected[0]!.includes(":"));
  const actions = new Map(actionsFor(editing).map((action) => [action.id, action]));
  const tool = (id: string, icon: ReactNode, enabled = true) => {
    const action = actions.get(id)!;
    return (
      <button
        key={id}
        type="button"
        aria-label={action.title}
        title={action.keys ? `${action.title} (${shownKeys(action.keys)})` : action.title}
        aria-disabled={!enabled}
        onClick={enabled ? action.run : undefined}
      >
        {icon}
      </button>
    );
  };
  return (
    <Panel position="top-left" className={classes.bar}>
      <div role="toolbar" aria-label={t("toolbar.label")}>
        {tool("add", <PlusIcon size={18} />)}
        {tool("connect", <LinkIcon size={18} />, oneNode)}
        {tool("delete", <TrashIcon size={18} />, chosen > 0)}
        <span aria-hidden="true" />
        {tool("undo", <UndoIcon size={18} />, canUndo)}
        {tool("redo", <RedoIcon size={18} />, canRedo)}
        <span aria-hidden="true" />
        {tool("tidy", <TidyIcon size={18} />)}
        {tool("note", <NoteIcon size={18} />)}
        {tool("group", <GroupFrameIcon size={18} />, chosen > 0)}
        <ArrangeMenu actions={[...actions.values()]} />
      </div>
    </Panel>
  );
}

const apart = ["align-top", "distribute-across", "ungroup"];

/** Lines, gaps and frames, for what is chosen. */
function ArrangeMenu({ actions }: { actions: readonly Action[] }) {
  const arranging = actions.filter(({ id }) => /^(align|distribute|ungroup|snap)/.test(id));
  const snap = useSnap();
  const inOrder = [
    ...arranging.filter(({ id }) => id !== "ungroup" && id !== "snap"),
    ...arranging.filter(({ id }) => id === "ungroup" || id === "snap"),
  ];
  return (
    <Menu position="bottom-start" withinPortal withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button" aria-label={t("arrange.menu")} title={t("arrange.menu")}>
          <AlignIcon size={18} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {inOrder.map(({ id, title, run }) => (
          <Menu.Item
            key={id}
            className={apart.includes(id) ? classes.apart : undefined}
            onClick={run}
            rightSection={id === "snap" && snap ? <CheckIcon size={16} /> : undefined}
          >
            {title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const isMac = typeof navigator !== "undefined" && /Mac/.test(navigator.platform);

/** "mod+shift+Z" as the keyboard at hand has it. */
export function shownKeys(keys: string): string {
  return keys === "+" ? keys : keys.replace("mod", isMac ? "⌘" : "Ctrl").replace("shift", "Shift");
}
