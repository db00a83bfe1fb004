import { t } from "../text/text.ts";
import { watch } from "../traces/watching.ts";
import { arrangeActions } from "./arrange-actions.ts";
import { copyChosen, pasteCopied } from "./clipboard.ts";
import { duplicate, removeSelected, selectAll, tidy } from "./editing.ts";
import type { Editing } from "./editing-context.ts";
import { exportFlow } from "./export-flow.ts";
import { fitting } from "./fit.ts";
import { showGuide } from "./guide-shown.ts";
import { focusPalette } from "./palette.tsx";
import { renameChosen, selectAlong } from "./selecting.ts";
import {
  openDialog,
  say,
  showBacktest,
  showBeside,
  showConditions,
  showHistory,
  showProblems,
  stage,
  view,
} from "./stage.ts";

/** Something a person can do, by button, key or name. */
export interface Action {
  id: string;
  title: string;
  group: string;
  /** As Mantine's hotkeys write it: "mod" is Ctrl, or Command on a Mac. Single letters work while the canvas has the focus. */
  keys?: string;
  /** The key means something else outside the canvas. */
  canvasOnly?: true;
  run: () => void;
}

export function openAdd() {
  if (focusPalette()) return;
  openDialog({ type: "add", spot: {}, x: window.innerWidth / 2 - 144, y: 120 });
}

function withChosen(run: (node: string) => void) {
  const chosen = stage.getState().selected.find((id) => !id.includes(":"));
  if (chosen) run(chosen);
  else say(t("action.chooseFirst"), { bad: true });
}

/** All that can be done with the flow on the page. */
export function actionsFor(editing: Editing): Action[] {
  const { open, kinds } = editing;
  const edit = t("group.edit");
  const look = t("group.view");
  const flow = t("group.flow");
  return [
    { id: "add", title: t("action.add"), group: edit, keys: "A", run: openAdd },
    {
      id: "connect",
      title: t("action.connect"),
      group: edit,
      keys: "C",
      run: () => withChosen((node) => openDialog({ type: "connect", node })),
    },
    { id: "undo", title: t("action.undo"), group: edit, keys: "mod+Z", run: open.document.undo },
    { id: "redo", title: t("action.redo"), group: edit, keys: "mod+shift+Z", run: open.document.redo },
    { id: "copy", title: t("action.copy"), group: edit, run: () => void copyChosen(open) },
    { id: "paste", title: t("action.paste"), group: edit, run: () => void pasteCopied(open) },
    {
      id: "duplicate",
      title: t("action.duplicate"),
      group: edit,
      keys: "mod+D",
      canvasOnly: true,
      run: () => duplicate(open),
    },
    {
      id: "delete",
      title: t("action.delete"),
      group: edit,
      keys: "Delete",
      run: () => removeSelected(open, kinds),
    },
    {
      id: "delete-reconnect",
      title: t("action.deleteReconnect"),
      group: edit,
      keys: "mod+Delete",
      canvasOnly: true,
      run: () => removeSelected(open, kinds, { reconnecting: true }),
    },
    {
      id: "rename-step",
      title: t("action.renameStep"),
      group: edit,
      keys: "F2",
      run: () => renameChosen(open),
    },
    {
      id: "select-all",
      title: t("action.selectAll"),
      group: edit,
      keys: "mod+A",
      canvasOnly: true,
      run: () => selectAll(open),
    },
    {
      id: "select-before",
      title: t("action.selectBefore"),
      group: edit,
      run: () => selectAlong(open, "before"),
    },
    {
      id: "select-after",
      title: t("action.selectAfter"),
      group: edit,
      run: () => selectAlong(open, "after"),
    },
    { id: "tidy", title: t("action.tidy"), group: edit, keys: "L", run: () => tidyAndFit({ open, kinds }) },
    ...arrangeActions(editing),
    {
      id: "fit",
      title: t("action.fit"),
      group: look,
      keys: "F",
      run: () => void view.current?.fitView({ ...fitting, duration: isCalm() ? 0 : 200 }),
    },
    { id: "in", title: t("action.zoomIn"), group: look, keys: "+", run: () => void view.current?.zoomIn() },
    {
      id: "out",
      title: t("action.zoomOut"),
      group: look,
      keys: "-",
      run: () => void view.current?.zoomOut(),
    },
    {
      id: "zoom",
      title: t("action.zoomReset"),
      group: look,
      keys: "0",
      run: () => void view.current?.zoomTo(1),
    },
    { id: "canvas", title: t("action.canvas"), group: look, run: () => stage.setState({ asList: false }) },
    { id: "list", title: t("action.list"), group: look, run: () => stage.setState({ asList: true }) },
    { id: "problems", title: t("problems.title"), group: look, run: () => showProblems(true) },
    { id: "watch", title: t("traces.title"), group: look, run: watch },
    {
      id: "try",
      title: t("action.try"),
      group: flow,
      keys: "T",
      run: () => stage.setState({ trying: true }),
    },
    { id: "backtest", title: t("action.backtest"), group: flow, keys: "B", run: showBacktest },
    {
      id: "deploy",
      title: t("action.deploy"),
      group: flow,
      keys: "mod+Enter",
      run: () => openDialog({ type: "deploy" }),
    },
    { id: "off", title: t("action.turnOff"), group: flow, run: () => openDialog({ type: "turn-off" }) },
    { id: "rename", title: t("action.rename"), group: flow, run: () => openDialog({ type: "rename" }) },
    {
      id: "delete-flow",
      title: t("action.deleteFlow"),
      group: flow,
      run: () => openDialog({ type: "delete" }),
    },
    { id: "history", title: t("action.history"), group: flow, keys: "H", run: showHistory },
    { id: "beside", title: t("action.beside"), group: flow, run: showBeside },
    { id: "conditions", title: t("conditions.title"), group: flow, run: () => showConditions() },
    { id: "export", title: t("action.export"), group: flow, run: () => exportFlow(open.document.flow()) },
    { id: "import", title: t("action.import"), group: flow, run: () => openDialog({ type: "import" }) },
    { id: "new", title: t("action.new"), group: flow, run: () => openDialog({ type: "new" }) },
    { id: "guide", title: t("action.guide"), group: look, run: showGuide },
    {
      id: "shortcuts",
      title: t("action.shortcuts"),
      group: look,
      keys: "?",
      run: () => openDialog({ type: "shortcuts" }),
    },
  ];
}

const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export function tidyAndFit({ open, kinds }: Editing) {
  tidy(open, kinds);
  requestAnimationFrame(() => requestAnimationFrame(() => void view.current?.fitView(fitting)));
}
