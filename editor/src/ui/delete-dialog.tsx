import { Alert, Button, Group } from "@mantine/core";
import { t } from "../text/text.ts";
import { Dialog } from "./dialog.tsx";
import { Said } from "./said.tsx";

interface DeleteProps {
  title: string;
  text: string;
  busy: boolean;
  failure: Error | null;
  close: () => void;
  act: () => void;
}

/** Asks before something is deleted for good. */
export function DeleteDialog({ title, text, busy, failure, close, act }: DeleteProps) {
  return (
    <Dialog title={title} close={close}>
      <p style={{ marginTop: 0 }}>{text}</p>
      {failure && (
        <Alert color="red" mb="md" role="alert">
          <Said error={failure} />
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={close} data-autofocus>
          {t("ui.keep")}
        </Button>
        <Button color="red" loading={busy} onClick={act}>
          {t("ui.delete")}
        </Button>
      </Group>
    </Dialog>
  );
}
