import { Alert, Button, Group, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Command } from "../../../engine/model/command.ts";
import { t } from "../text/text.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Said } from "../ui/said.tsx";
import { CommandParams } from "./command-progress.tsx";
import { useDecision } from "./commands.ts";

/** Asks why before a command is rejected. */
export function RejectDialog({ command, close }: { command: Command; close: () => void }) {
  const reject = useDecision("reject");
  const [reason, setReason] = useState("");
  function submit(event: FormEvent) {
    event.preventDefault();
    reject.mutate({ id: command.id, reason: reason.trim() }, { onSuccess: close });
  }
  return (
    <Dialog title={t("command.rejectNow")} close={close}>
      <form onSubmit={submit}>
        <p style={{ marginTop: 0 }}>
          <strong>{command.method}</strong> <CommandParams command={command} />
          <br />
          {t("command.rejectWhat")}
        </p>
        <TextInput
          label={t("command.reason")}
          description={t("command.reasonHelp")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={500}
          data-autofocus
        />
        {reject.error && (
          <Alert color="red" mt="md" role="alert">
            <Said error={reject.error} />
          </Alert>
        )}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close}>
            {t("command.keep")}
          </Button>
          <Button type="submit" loading={reject.isPending}>
            {t("command.rejectIt")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
