import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { t } from "../text/text.ts";
import { PlusIcon } from "./icons.tsx";
import { Scroll } from "./scroll.tsx";
import classes from "./split.module.css";

interface SplitProps {
  title: string;
  /** What the button above the list is for; `add` is the address that it leads to. */
  action: string;
  add: string;
  items: readonly { name: string; note: string; href: string }[];
  shown: string | undefined;
  children: ReactNode;
}

/** A list of named things on the left, the chosen one beside it. */
export function Split({ title, action, add, items, shown, children }: SplitProps) {
  return (
    <div className={classes.view}>
      <nav className={classes.side} aria-label={title}>
        <Button component="a" href={add} size="xs" variant="default" leftSection={<PlusIcon size={14} />}>
          {action}
        </Button>
        <ul>
          {items.map(({ name, note, href }) => (
            <li key={name}>
              <a href={href} aria-current={name === shown ? "true" : undefined}>
                <strong>{name}</strong>
                <span>{note}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <Scroll className={classes.page} label={shown ?? t("ui.details")}>
        {children}
      </Scroll>
    </div>
  );
}

export function Card({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <section className={classes.card} aria-label={title}>
      {title && <h3>{title}</h3>}
      {children}
    </section>
  );
}
