import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { t } from "../text/text.ts";
import classes from "./dialog.module.css";

interface DialogProps {
  title: string;
  size?: "md" | "lg";
  close: () => void;
  children: ReactNode;
}

/** A dialog over the page. Escape and a click beside it close it; the focus goes back where it was. */
export function Dialog({ title, size = "md", close, children }: DialogProps) {
  return (
    <Modal.Root opened onClose={close} size={size} centered>
      <Modal.Overlay />
      <Modal.Content>
        {/* Not Modal.Header: a second <header> would be a second banner landmark. */}
        <div className={classes.head}>
          <Modal.Title className={classes.title}>{title}</Modal.Title>
          <Modal.CloseButton aria-label={t("ui.close")} />
        </div>
        <Modal.Body className={classes.body}>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
