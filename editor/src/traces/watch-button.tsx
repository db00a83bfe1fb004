import { Button } from "@mantine/core";
import { stage } from "../flows/stage.ts";
import { t } from "../text/text.ts";
import { WatchIcon } from "../ui/icons.tsx";
import classes from "./traces.module.css";
import { watching } from "./watching.ts";

/** Opens the panel with the messages that pass now. */
export function WatchButton() {
  const open = () => {
    stage.setState({ trying: false, trial: undefined });
    watching.setState({ isOpen: true });
  };
  return (
    <Button size="xs" variant="default" className={classes.open} title={t("traces.title")} onClick={open}>
      <WatchIcon size={16} />
      <span className={classes.label}>{t("traces.open")}</span>
    </Button>
  );
}
