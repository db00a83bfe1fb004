import { Button } from "@mantine/core";
import { t } from "../text/text.ts";
import { span } from "../ui/words.ts";
import { offsetMs } from "./sample.ts";
import classes from "./try.module.css";

const steps = [10_000, 60_000, 600_000, 3_600_000];

interface ClockProps {
  /** How long the clock runs on after the last message, as typed. */
  wait: string;
  setWait: (wait: string) => void;
  /** Time of the last message, ms; undefined where there is none. */
  lastMs: number | undefined;
}

/** Steps the trial's own clock forward, so that windows close and absence is noticed. */
export function Clock({ wait, setWait, lastMs }: ClockProps) {
  const waitMs = offsetMs(wait) ?? 0;
  return (
    <fieldset className={classes.clock}>
      <legend>{t("clock.title")}</legend>
      <p role="status">
        {lastMs !== undefined &&
          t("clock.now", { time: new Date(lastMs + waitMs).toLocaleTimeString(), span: span(waitMs) })}
      </p>
      <div className={classes.row}>
        {steps.map((ms) => (
          <Button key={ms} size="xs" variant="default" onClick={() => setWait(waitText(waitMs + ms))}>
            {t("clock.step", { span: span(ms) })}
          </Button>
        ))}
        <Button size="xs" variant="subtle" disabled={waitMs === 0} onClick={() => setWait("0s")}>
          {t("clock.back")}
        </Button>
      </div>
    </fieldset>
  );
}

function waitText(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  if (ms % 60_000 === 0) return `${ms / 60_000}m`;
  return `${ms / 1000}s`;
}
