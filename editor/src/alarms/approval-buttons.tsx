import { Button, Group } from "@mantine/core";
import type { Command } from "../../../engine/model/command.ts";
import { t } from "../text/text.ts";
import { CheckIcon, CloseIcon } from "../ui/icons.tsx";
import { Said } from "../ui/said.tsx";
import { useDecision } from "./commands.ts";
import { useDialogs } from "./dialogs.tsx";

/** What a person can do about a command that waits for it. */
export function ApprovalButtons({ command }: { command: Command }) {
  const open = useDialogs();
  const approve = useDecision("approve");
  return (
    <>
      <Group gap="xs" mt={8}>
        <Button
          size="compact-sm"
          leftSection={<CheckIcon size={16} />}
          aria-label={t("command.approveOf", { of: command.method })}
          title={t("command.approveHint")}
          loading={approve.isPending}
          onClick={() => approve.mutate({ id: command.id })}
        >
          {t("command.approve")}
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<CloseIcon size={16} />}
          aria-label={t("command.rejectOf", { of: command.method })}
          title={t("command.rejectHint")}
          onClick={() => open({ type: "reject", command })}
        >
          {t("command.reject")}
        </Button>
      </Group>
      {approve.error && (
        <small role="alert">
          <Said error={approve.error} />
        </small>
      )}
    </>
  );
}
