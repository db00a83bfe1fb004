import { ActionIcon } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { t } from "../text/text.ts";
import { CloseIcon } from "./icons.tsx";
import classes from "./panel.module.css";
import { Scroll } from "./scroll.tsx";

interface PanelProps {
  title: ReactNode;
  subtitle?: ReactNode;
  icon?: ReactNode;
  children: ReactNode;
  close: () => void;
  /** A selector: what it stands for has the focus when the panel has closed, if what had it before is gone. */
  home?: string;
}

/** The side panel. Takes the focus when it opens, gives it back when it closes; Escape closes it. */
export function Panel({ title, subtitle, icon, children, close, home = "main" }: PanelProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    return () => {
      // What was in the panel has left the focus to the body; whoever went elsewhere meanwhile stays there.
      if (document.activeElement !== document.body) return;
      const isThere = before !== document.body && before?.isConnected;
      const back = isThere ? before : (document.querySelector(home) ?? document.querySelector("main"));
      if (back instanceof HTMLElement || back instanceof SVGElement) back.focus({ preventScroll: true });
    };
  }, [home]);
  return (
    <aside
      className={classes.panel}
      aria-label={t("ui.details")}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented && !hasOpenList(event.target)) close();
      }}
    >
      <header>
        {icon}
        <div>
          <h2 ref={heading} tabIndex={-1}>
            {title}
          </h2>
          {subtitle && <p>{subtitle}</p>}
        </div>
        <ActionIcon variant="subtle" color="gray" size={32} aria-label={t("ui.closeDetails")} onClick={close}>
          <CloseIcon size={18} />
        </ActionIcon>
      </header>
      <Scroll className={classes.body} label={t("ui.details")}>
        {children}
      </Scroll>
    </aside>
  );
}

/** A box whose list of choices is open: then Escape closes the list only. */
const hasOpenList = (target: EventTarget) =>
  target instanceof Element && target.matches("[data-mantine-stop-propagation='true']");

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
