import type { Severity } from "../../../engine/model/alarm.ts";
import { t } from "../text/text.ts";
import { CriticalIcon, MajorIcon, MinorIcon, UnknownIcon, WarningIcon } from "../ui/icons.tsx";
import classes from "./severity.module.css";

const icons: Record<Severity, typeof CriticalIcon> = {
  critical: CriticalIcon,
  major: MajorIcon,
  minor: MinorIcon,
  warning: WarningIcon,
  indeterminate: UnknownIcon,
};

/** Severity by shape, word and colour. */
export function SeverityBadge({ severity }: { severity: Severity }) {
  const Icon = icons[severity];
  return (
    <span className={classes.badge} data-severity={severity}>
      <Icon size={16} />
      {t(`severity.${severity}`)}
    </span>
  );
}
