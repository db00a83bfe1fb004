import { Button } from "@mantine/core";
import { t } from "../text/text.ts";
import { WatchIcon } from "../ui/icons.tsx";
import classes from "./traces.module.css";
import { watch } from "./watching.ts";

/** Opens the panel with the messages that pass now. */
export function WatchButton() {
  return (
    <Button size="xs" variant="default" className={classes.open} title={t("traces.title")} onClick={watch}>
      <WatchIcon size={16} />
      <span className={classes.label}>{t("traces.open")}</span>
    </Button>
  );
}
