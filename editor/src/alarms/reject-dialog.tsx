import { Alert, Button, Group, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Command } from "../../../engine/model/command.ts";
import { Dialog } from "../ui/dialog.tsx";
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
    <Dialog title="Reject this command?" close={close}>
      <form onSubmit={submit}>
        <p style={{ marginTop: 0 }}>
          <strong>{command.method}</strong> <CommandParams command={command} /> is never sent. A flow that
          sent it goes on by <em>failed</em>.
        </p>
        <TextInput
          label="Reason"
          description="Kept with the command, and told to the flow; may be left out"
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={500}
          data-autofocus
        />
        {reject.error && (
          <Alert color="red" mt="md" role="alert">
            {reject.error.message}
          </Alert>
        )}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close}>
            Keep it
          </Button>
          <Button type="submit" loading={reject.isPending}>
            Reject command
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
