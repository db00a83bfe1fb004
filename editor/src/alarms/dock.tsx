import { ActionIcon, SegmentedControl, Tooltip } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useState } from "react";
import { severities } from "../../../engine/model/alarm.ts";
import { t } from "../text/text.ts";
import { CheckIcon, ChevronDownIcon, ChevronUpIcon, ExpandIcon, ShrinkIcon } from "../ui/icons.tsx";
import { Scroll } from "../ui/scroll.tsx";
import { Empty, Pending } from "../ui/states.tsx";
import { AlarmTable } from "./alarm-table.tsx";
import classes from "./dock.module.css";
import { type AlarmStatus, alarmLimit, useAlarms } from "./queries.ts";
import { SeverityBadge } from "./severity.tsx";

const filters = (): { value: AlarmStatus; label: string }[] => [
  { value: "active", label: t("alarm.active") },
  { value: "cleared", label: t("alarm.clearedTab") },
  { value: "all", label: t("alarm.all") },
];

type Size = "closed" | "open" | "tall";

/** The list of alarms at the foot of every view; it can be closed, or made tall. */
export function AlarmDock({ chosen }: { chosen: string | undefined }) {
  const [size, setSize] = useLocalStorage<Size>({
    key: "millrace-alarms",
    defaultValue: "open",
    getInitialValueInEffect: false,
  });
  const [status, setStatus] = useState<AlarmStatus>("active");
  const open = size !== "closed";
  // Nothing to list: the room is the flow's.
  const calm = useAlarms(status).data?.alarms.length === 0 && status === "active" && size === "open";
  return (
    <section className={classes.dock} data-size={calm ? "calm" : size} aria-label={t("alarm.title")}>
      <header>
        <button
          type="button"
          className={classes.title}
          aria-expanded={open}
          onClick={() => setSize(open ? "closed" : "open")}
        >
          {open ? <ChevronDownIcon size={16} /> : <ChevronUpIcon size={16} />}
          <h2>{t("alarm.title")}</h2>
        </button>
        <ActiveCounts />
        <div className={classes.controls}>
          {open && (
            <SegmentedControl
              size="xs"
              data={filters()}
              value={status}
              onChange={(value) => setStatus(value as AlarmStatus)}
              aria-label={t("alarm.which")}
            />
          )}
          <SizeButton size={size} setSize={setSize} />
        </div>
      </header>
      {open && !calm && <AlarmList status={status} chosen={chosen} />}
    </section>
  );
}

function SizeButton({ size, setSize }: { size: Size; setSize: (size: Size) => void }) {
  const tall = size === "tall";
  const label = t(tall ? "alarm.smaller" : "alarm.larger");
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        onClick={() => setSize(tall ? "open" : "tall")}
      >
        {tall ? <ShrinkIcon size={18} /> : <ExpandIcon size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}

function ActiveCounts() {
  const { data } = useAlarms("active");
  if (!data) return null;
  const found = severities
    .map((severity) => ({
      severity,
      count: data.alarms.filter((alarm) => alarm.severity === severity).length,
    }))
    .filter(({ count }) => count > 0);
  if (found.length === 0) return <span className={classes.calm}>{t("alarm.noneActive")}</span>;
  return (
    <ul className={classes.counts} aria-label={t("alarm.activeCounts")}>
      {found.map(({ severity, count }) => (
        <li key={severity}>
          <SeverityBadge severity={severity} />
          <strong>{data.more ? `${count}+` : count}</strong>
        </li>
      ))}
    </ul>
  );
}

function AlarmList({ status, chosen }: { status: AlarmStatus; chosen: string | undefined }) {
  const query = useAlarms(status);
  if (!query.data)
    return (
      <div className={classes.rest}>
        <Pending query={query} what={t("alarm.title")} />
      </div>
    );
  const { alarms, more } = query.data;
  if (alarms.length === 0)
    return (
      <div className={classes.rest}>
        <NoAlarms status={status} />
      </div>
    );
  return (
    <Scroll className={classes.rest} label={t("alarm.list")}>
      <AlarmTable alarms={alarms} chosen={chosen} />
      {more && <p className={classes.more}>{t("alarm.more", { limit: alarmLimit })}</p>}
    </Scroll>
  );
}

function NoAlarms({ status }: { status: AlarmStatus }) {
  if (status === "active")
    return (
      <Empty title={t("alarm.noActive")} icon={<CheckIcon size={24} />}>
        <p>{t("alarm.noActiveText")}</p>
      </Empty>
    );
  return (
    <Empty title={t(status === "cleared" ? "alarm.noCleared" : "alarm.none")}>
      <p>{t("alarm.noneText")}</p>
    </Empty>
  );
}
