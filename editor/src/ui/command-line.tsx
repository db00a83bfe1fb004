import { ActionIcon, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { t } from "../text/text.ts";
import classes from "./command-line.module.css";
import { CheckIcon, CopyIcon } from "./icons.tsx";

/** A line for the terminal, with a button that copies it. */
export function CommandLine({ label, children }: { label: string; children: string }) {
  const clipboard = useClipboard();
  const title = clipboard.copied ? t("ui.copied") : t("ui.copy", { label });
  return (
    <figure className={classes.line}>
      <figcaption>{label}</figcaption>
      <div>
        <pre>{children}</pre>
        <Tooltip label={title}>
          <ActionIcon variant="subtle" aria-label={title} onClick={() => clipboard.copy(children)}>
            {clipboard.copied ? <CheckIcon size={16} /> : <CopyIcon size={16} />}
          </ActionIcon>
        </Tooltip>
      </div>
    </figure>
  );
}
