import { Button, Group } from "@mantine/core";
import type { usersOf } from "../draft/conditions.ts";
import { nameOf } from "../flows/outputs.ts";
import { t } from "../text/text.ts";
import { Dialog } from "../ui/dialog.tsx";

interface DeleteProps {
  name: string;
  users: ReturnType<typeof usersOf>;
  act: () => void;
  close: () => void;
}

/** Says where a condition is used before it goes, and that it is written out there. */
export function DeleteUsed({ name, users, act, close }: DeleteProps) {
  return (
    <Dialog title={t("conditions.deleteTitle", { name })} close={close}>
      <p style={{ marginTop: 0 }}>{t("conditions.deleteText")}</p>
      <ul>
        {users.nodes.map((node) => (
          <li key={node.id}>{nameOf(node)}</li>
        ))}
        {users.conditions.map((each) => (
          <li key={`"${each}"`}>{t("condition.named", { name: each })}</li>
        ))}
      </ul>
      <Group justify="flex-end">
        <Button variant="default" onClick={close} data-autofocus>
          {t("ui.keep")}
        </Button>
        <Button onClick={act}>{t("conditions.writeOut")}</Button>
      </Group>
    </Dialog>
  );
}
