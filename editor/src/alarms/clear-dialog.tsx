import { Alert, Button, Group } from "@mantine/core";
import type { Alarm } from "../../../engine/model/alarm.ts";
import { t } from "../text/text.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Said } from "../ui/said.tsx";
import { useAlarmAction } from "./queries.ts";

/** Asks before an alarm is cleared by hand. */
export function ClearDialog({ alarm, close }: { alarm: Alarm; close: () => void }) {
  const clear = useAlarmAction("clear");
  return (
    <Dialog title={t("alarm.clearTitle")} close={close}>
      <p style={{ marginTop: 0 }}>{t("alarm.clearText", { alarm: alarm.type, device: alarm.deviceName })}</p>
      {clear.error && (
        <Alert color="red" mb="md" role="alert">
          <Said error={clear.error} />
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {t("alarm.keep")}
        </Button>
        <Button
          loading={clear.isPending}
          onClick={() => clear.mutate(alarm.id, { onSuccess: close })}
          data-autofocus
        >
          {t("alarm.clearAlarm")}
        </Button>
      </Group>
    </Dialog>
  );
}
