import type { NodeProps } from "@xyflow/react";
import { type KeyboardEvent, memo, useEffect, useRef, useState } from "react";
import { retitle, writeNote } from "../draft/drawn.ts";
import { t } from "../text/text.ts";
import { GroupFrameIcon } from "../ui/icons.tsx";
import classes from "./drawn-nodes.module.css";
import { useEditing } from "./editing-context.ts";
import type { FrameNode, NoteNode } from "./graph.ts";
import { stage, useStage } from "./stage.ts";

/** A text on the canvas; a double click or Enter writes in it. */
export const NoteView = memo(function NoteView({ id, data, selected }: NodeProps<NoteNode>) {
  const { open, readOnly } = useEditing();
  const writing = useStage((state) => state.writing === id) && !readOnly;
  return (
    <div className={classes.note} data-selected={selected}>
      {writing ? (
        <Written
          id={id}
          label={t("drawn.noteText")}
          text={data.text}
          take={(text) => open.document.apply(writeNote(id, text))}
        />
      ) : (
        <p data-empty={data.text === ""}>{data.text || t("drawn.emptyNote")}</p>
      )}
    </div>
  );
});

/** The titled frame around the steps of a group. Only its title takes the pointer, so that what lies inside stays at hand. */
export const FrameView = memo(function FrameView({ id, data, selected }: NodeProps<FrameNode>) {
  const { open, readOnly } = useEditing();
  const writing = useStage((state) => state.writing === id) && !readOnly;
  return (
    <div className={classes.frame} data-selected={selected}>
      <div className={classes.title}>
        <GroupFrameIcon size={16} />
        {writing ? (
          <Written
            id={id}
            label={t("drawn.groupTitle")}
            text={data.title}
            isLine
            take={(title) => open.document.apply(retitle(id, title))}
          />
        ) : (
          <strong>{data.title || t("drawn.unnamedGroup")}</strong>
        )}
      </div>
    </div>
  );
});

interface WrittenProps {
  id: string;
  label: string;
  text: string;
  /** Enter ends it; else Ctrl+Enter does. */
  isLine?: boolean;
  take: (text: string) => void;
}

/** What is typed is in the flow when the box is left; Escape leaves it as it was. */
function Written({ id, label, text, isLine = false, take }: WrittenProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const [typed, setTyped] = useState(text);
  useEffect(() => {
    let frame = 0;
    // A node that was just made stays unseen until it is measured, and takes no focus before.
    function enter(tries: number) {
      box.current?.focus({ preventScroll: true });
      if (document.activeElement === box.current) box.current?.select();
      else if (tries > 0) frame = requestAnimationFrame(() => enter(tries - 1));
    }
    enter(30);
    return () => cancelAnimationFrame(frame);
  }, []);
  function end(keep: boolean) {
    if (stage.getState().writing !== id) return;
    if (keep) take(typed);
    const node = box.current?.closest<HTMLElement>(".react-flow__node");
    stage.setState({ writing: undefined });
    requestAnimationFrame(() => node?.focus({ preventScroll: true }));
  }
  function onKeyDown(event: KeyboardEvent) {
    event.stopPropagation();
    const enter = event.key === "Enter" && (isLine || event.ctrlKey || event.metaKey);
    if (enter || event.key === "Escape") {
      event.preventDefault();
      end(enter);
    }
  }
  return (
    <textarea
      ref={box}
      className="nodrag nopan nowheel"
      aria-label={label}
      rows={isLine ? 1 : Math.max(3, typed.split("\n").length + 1)}
      maxLength={isLine ? 128 : 4000}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onBlur={() => end(true)}
    />
  );
}
