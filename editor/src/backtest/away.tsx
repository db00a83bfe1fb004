import { Button } from "@mantine/core";
import { t } from "../text/text.ts";
import classes from "./backtest.module.css";
import { tb } from "./text.ts";

interface AwayProps {
  /** What the server says of it: which place, and why. */
  detail: string;
  retry?: () => void;
}

/** The kept messages cannot be read now: what is the matter, and what to do. */
export function Away({ detail, retry }: AwayProps) {
  return (
    <div role="alert" className={classes.away}>
      <strong>{tb("backtest.away")}</strong>
      <p>{tb("backtest.awayText")}</p>
      <p>
        {tb("backtest.awayWhy")} <span lang="en">{detail}</span>
      </p>
      {retry && (
        <Button size="xs" variant="default" onClick={retry}>
          {t("ui.again")}
        </Button>
      )}
    </div>
  );
}
