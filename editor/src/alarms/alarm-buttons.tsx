import { Button } from "@mantine/core";
import type { Alarm } from "../../../engine/model/alarm.ts";
import { isKey } from "../../../engine/nodes/by.ts";
import { t } from "../text/text.ts";
import { CheckIcon, CloseIcon, SendIcon } from "../ui/icons.tsx";
import { refusalOf } from "../ui/refusal.ts";
import { Said } from "../ui/said.tsx";
import classes from "./alarm-buttons.module.css";
import { useDialogs } from "./dialogs.tsx";
import { useAlarmAction } from "./queries.ts";

/** What an operator can do about an alarm. `compact` shows only the icons where there is little room. */
export function AlarmButtons({ alarm, compact = false }: { alarm: Alarm; compact?: boolean }) {
  const open = useDialogs();
  const acknowledge = useAlarmAction("ack");
  const of = `${alarm.type}, ${alarm.deviceName}`;
  const look = {
    size: "compact-sm",
    variant: compact ? "subtle" : "default",
    className: classes.button,
    "data-compact": compact,
  } as const;
  return (
    <>
      {!alarm.acknowledged && (
        <Button
          {...look}
          leftSection={<CheckIcon size={16} />}
          aria-label={t("alarm.acknowledgeOf", { of })}
          title={acknowledge.error ? refusalOf(acknowledge.error).said : t("alarm.acknowledgeHint")}
          data-failed={acknowledge.isError}
          loading={acknowledge.isPending}
          onClick={() => acknowledge.mutate(alarm.id)}
        >
          {acknowledge.isError ? t("ui.again") : t("alarm.acknowledge")}
        </Button>
      )}
      {acknowledge.error && (
        <span className="unseen" role="alert">
          <Said error={acknowledge.error} />
        </span>
      )}
      {alarm.status === "active" && (
        <Button
          {...look}
          leftSection={<CloseIcon size={16} />}
          aria-label={t("alarm.clearOf", { of })}
          title={t("alarm.clearHint")}
          onClick={() => open({ type: "clear", alarm })}
        >
          {t("alarm.clear")}
        </Button>
      )}
      {!isKey(alarm.device) && (
        <Button
          {...look}
          leftSection={<SendIcon size={16} />}
          aria-label={t("command.sendOf", { of })}
          title={t("command.sendHint")}
          onClick={() => open({ type: "command", device: alarm.device, deviceName: alarm.deviceName, alarm })}
        >
          {t("command.send")}
        </Button>
      )}
    </>
  );
}
