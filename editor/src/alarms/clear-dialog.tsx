import { Alert, Button, Group } from "@mantine/core";
import type { Alarm } from "../../../engine/model/alarm.ts";
import { Dialog } from "../ui/dialog.tsx";
import { useAlarmAction } from "./queries.ts";

/** Asks before an alarm is cleared by hand. */
export function ClearDialog({ alarm, close }: { alarm: Alarm; close: () => void }) {
  const clear = useAlarmAction("clear");
  return (
    <Dialog title="Clear this alarm?" close={close}>
      <p style={{ marginTop: 0 }}>
        <strong>{alarm.type}</strong> on <strong>{alarm.deviceName}</strong> goes to the cleared alarms. A new
        alarm comes when the flow finds the cause again.
      </p>
      {clear.error && (
        <Alert color="red" mb="md" role="alert">
          {clear.error.message}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          Keep it
        </Button>
        <Button
          loading={clear.isPending}
          onClick={() => clear.mutate(alarm.id, { onSuccess: close })}
          data-autofocus
        >
          Clear alarm
        </Button>
      </Group>
    </Dialog>
  );
}
