import { Alert, Autocomplete, Button, Group } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Alarm } from "../../../engine/model/alarm.ts";
import type { Command } from "../../../engine/model/command.ts";
import { t } from "../text/text.ts";
import { Dialog } from "../ui/dialog.tsx";
import { SendIcon } from "../ui/icons.tsx";
import { Said } from "../ui/said.tsx";
import { CommandProgress } from "./command-progress.tsx";
import { newKey, useCommand, useCommands, useSend } from "./commands.ts";
import { faultOf, type ParamRow, paramsOf, rowsOf } from "./params.ts";
import { ParamsForm } from "./params-form.tsx";

interface CommandDialogProps {
  device: string;
  deviceName: string;
  alarm?: Alarm;
  close: () => void;
}

/** Sends a command to a device and shows how it fares. */
export function CommandDialog({ device, deviceName, alarm, close }: CommandDialogProps) {
  const [sent, setSent] = useState<number>();
  const command = useCommand(sent).data;
  return (
    <Dialog title={t("command.to", { device: deviceName })} size="lg" close={close}>
      {command ? (
        <>
          <CommandProgress command={command} />
          <Group justify="flex-end" mt="lg">
            <Button variant="default" onClick={() => setSent(undefined)}>
              {t("command.another")}
            </Button>
            <Button onClick={close}>{t("ui.close")}</Button>
          </Group>
        </>
      ) : (
        <CommandForm device={device} alarm={alarm} sent={({ id }) => setSent(id)} close={close} />
      )}
    </Dialog>
  );
}

interface CommandFormProps {
  device: string;
  alarm: Alarm | undefined;
  sent: (command: Command) => void;
  close: () => void;
}

interface Draft {
  method: string;
  rows: ParamRow[];
  /** Changes with the content: the same command sent twice by a double click goes out once. */
  key: string;
}

function CommandForm({ device, alarm, sent, close }: CommandFormProps) {
  const before = useCommands({ device }).data ?? [];
  const send = useSend();
  const [typed, setTyped] = useState<Draft>();
  const [tried, setTried] = useState(false);
  const [firstKey] = useState(newKey);
  const [firstRows] = useState(() => new Map<number, ParamRow[]>());

  const last = before[0];
  if (last && !firstRows.has(last.id)) firstRows.set(last.id, rowsOf(last));
  const prefilled = {
    method: last?.method ?? "",
    rows: (last && firstRows.get(last.id)) ?? [],
    key: firstKey,
  };
  const draft = typed ?? prefilled;
  const change = (part: Partial<Draft>) => setTyped({ ...draft, ...part, key: newKey() });

  function choose(method: string) {
    const known = before.find((each) => each.method === method);
    change({ method, rows: known ? rowsOf(known) : draft.rows });
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    const method = draft.method.trim();
    if (method === "" || draft.rows.some((row) => faultOf(row, draft.rows))) return;
    send.mutate(
      { device, method, params: paramsOf(draft.rows), alarm: alarm?.id, key: draft.key },
      { onSuccess: sent },
    );
  }

  return (
    <form onSubmit={submit} noValidate>
      <Autocomplete
        label={t("command.name")}
        description={t("command.help")}
        placeholder="setLimit"
        data={[...new Set(before.map(({ method }) => method))]}
        value={draft.method}
        onChange={(method) => change({ method })}
        onOptionSubmit={choose}
        error={tried && draft.method.trim() === "" ? t("command.nameIt") : undefined}
        maxLength={128}
        data-autofocus
      />
      <ParamsForm rows={draft.rows} change={(rows) => change({ rows })} tried={tried} />
      {send.error && (
        <Alert color="red" mt="md" role="alert">
          <Said error={send.error} />
        </Alert>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={close}>
          {t("dialog.cancel")}
        </Button>
        <Button type="submit" loading={send.isPending} leftSection={<SendIcon size={16} />}>
          {t("command.send")}
        </Button>
      </Group>
    </form>
  );
}
