import { Button, Group, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, lazy, Suspense, useState } from "react";
import type { FlowChanges } from "../../../engine/flow/compare.ts";
import { dropBackup } from "../draft/backup.ts";
import { describeFlow } from "../draft/changes.ts";
import { deleteFlow, turnOff } from "../draft/remote.ts";
import { navigate } from "../route.ts";
import { t } from "../text/text.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Said } from "../ui/said.tsx";
import { AddMenu } from "./add-menu.tsx";
import { ConnectDialog } from "./connect-dialog.tsx";
import { ConnectIntoDialog } from "./connect-into-dialog.tsx";
import { useEditing } from "./editing-context.ts";
import { closeFlow } from "./open-flow.ts";
import type { FlowProblem } from "./problems.ts";
import { type FlowSummary, isRunning } from "./queries.ts";
import { ShortcutsDialog } from "./shortcuts-dialog.tsx";
import { openDialog, say, useStage } from "./stage.ts";

const DeployDialog = lazy(async () => ({ default: (await import("./deploy-dialog.tsx")).DeployDialog }));

interface DialogsProps {
  summary: FlowSummary;
  problems: readonly FlowProblem[];
  changes: FlowChanges | undefined;
}

const close = () => openDialog(undefined);

/** The dialog that is open over the flow, if any. */
export function StageDialogs({ summary, problems, changes }: DialogsProps) {
  const dialog = useStage((state) => state.dialog);
  switch (dialog?.type) {
    case "add":
      return <AddMenu {...dialog} />;
    case "connect":
      return <ConnectDialog {...dialog} />;
    case "deploy":
      return (
        <Suspense fallback={null}>
          <DeployDialog summary={summary} problems={problems} changes={changes} />
        </Suspense>
      );
    case "turn-off":
      return <TurnOffDialog summary={summary} />;
    case "rename":
      return <RenameDialog />;
    case "delete":
      return <DeleteDialog summary={summary} />;
    case "shortcuts":
      return <ShortcutsDialog />;
    case "connect-into":
      return <ConnectIntoDialog {...dialog} />;
    case "import":
    case "new":
    case undefined:
      return null;
    default:
      return dialog satisfies never;
  }
}

function RenameDialog() {
  const { open } = useEditing();
  const flow = open.document.flow();
  const [name, setName] = useState(flow.name);
  const [description, setDescription] = useState(flow.description ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "") return;
    open.document.apply(describeFlow({ name: name.trim(), description: description.trim() }));
    close();
  };
  return (
    <Dialog title={t("rename.title")} close={close}>
      <form onSubmit={submit}>
        <TextInput
          label={t("new.name")}
          value={name}
          maxLength={128}
          required
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          mt="sm"
          label={t("rename.description")}
          value={description}
          maxLength={2000}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Buttons label={t("rename.submit")} />
      </form>
    </Dialog>
  );
}

const runningOf = ({ live, candidate }: FlowSummary) => live ?? candidate?.version;

function TurnOffDialog({ summary }: { summary: FlowSummary }) {
  const queries = useQueryClient();
  const run = useRun(async () => {
    await turnOff(summary.id);
    await queries.invalidateQueries({ queryKey: ["flows"] });
    close();
    say(t("say.off"));
  });
  return (
    <Dialog title={t("off.title", { name: summary.name })} close={close}>
      <form onSubmit={run.submit}>
        <p>{isRunning(summary) ? t("off.text", { version: runningOf(summary) }) : t("off.notRunning")}</p>
        <Failure of={run.failure} />
        <Buttons label={t("action.turnOff")} busy={run.busy} disabled={!isRunning(summary)} />
      </form>
    </Dialog>
  );
}

function DeleteDialog({ summary }: { summary: FlowSummary }) {
  const queries = useQueryClient();
  const run = useRun(async () => {
    await deleteFlow(summary.id);
    closeFlow(summary.id);
    dropBackup(summary.id);
    queries.removeQueries({ queryKey: ["open-flow", summary.id] });
    close();
    navigate({ view: "flows" });
    await queries.invalidateQueries({ queryKey: ["flows"] });
  });
  return (
    <Dialog title={t("delete.title", { name: summary.name })} close={close}>
      <form onSubmit={run.submit}>
        <p>{isRunning(summary) ? t("delete.running", { version: runningOf(summary) }) : t("delete.text")}</p>
        <Failure of={run.failure} />
        <Buttons label={t("action.deleteFlow")} busy={run.busy} disabled={isRunning(summary)} bad />
      </form>
    </Dialog>
  );
}

/** Runs what a form asks for, and keeps the error when it fails. */
export function useRun(work: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      await work();
    } catch (error) {
      setFailure(error as Error);
    } finally {
      setBusy(false);
    }
  };
  return { busy, failure, submit };
}

export function Failure({ of }: { of: Error | undefined }) {
  if (!of) return null;
  return (
    <p role="alert" style={{ color: "var(--mr-bad)" }}>
      <Said error={of} />
    </p>
  );
}

interface ButtonsProps {
  label: string;
  busy?: boolean;
  disabled?: boolean;
  bad?: boolean;
  cancel?: () => void;
}

export function Buttons({ label, busy, disabled, bad, cancel = close }: ButtonsProps) {
  return (
    <Group justify="flex-end" mt="md" gap="xs">
      <Button variant="default" onClick={cancel}>
        {t("dialog.cancel")}
      </Button>
      <Button type="submit" loading={busy} disabled={disabled} color={bad ? "red" : undefined}>
        {label}
      </Button>
    </Group>
  );
}
