import { Button, Group } from "@mantine/core";
import { useState } from "react";
import { saidIn, t } from "../text/text.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Said } from "../ui/said.tsx";
import { words } from "../ui/words.ts";
import { type Move, type Selection, useMove } from "./queries.ts";
import { VersionSelect } from "./version-select.tsx";

export interface MoveQuestion {
  move: Move;
  selection: Selection;
  count: number;
  /** Id of the flow that all of them belong to, if it is one. */
  flow: string | undefined;
}

interface MoveDialogProps {
  question: MoveQuestion;
  close: () => void;
  done: () => void;
}

/** Asks before many are moved, and tells what came of it. */
export function MoveDialog({ question: { move, selection, count, flow }, close, done }: MoveDialogProps) {
  const moving = useMove();
  const moved = moving.data;
  const label = move === "replay" ? t("letter.replay") : t("letter.discard");
  const [version, setVersion] = useState<number>();
  const inVersion = flow !== undefined && version !== undefined ? { flow, version } : undefined;
  const run = () => moving.mutate({ move, selection, inVersion }, { onSuccess: done });
  return (
    <Dialog title={label} close={close}>
      {moved ? (
        <div role="status">
          <p>{t(move === "replay" ? "letters.sent" : "letters.discarded", { count: moved.count })}</p>
          {moved.refusedCount > 0 && (
            <p>
              {t("letters.refused", {
                count: moved.refusedCount,
                first: saidIn(moved.refused[0]?.message ?? ""),
              })}
            </p>
          )}
        </div>
      ) : (
        <>
          <p>
            {t(move === "replay" ? "letters.ask.replay" : "letters.ask.discard", { count, n: words(count) })}
          </p>
          {move === "replay" && flow !== undefined && (
            <VersionSelect flow={flow} version={version} choose={setVersion} />
          )}
        </>
      )}
      {moving.error && (
        <p role="alert">
          <Said error={moving.error} />
        </p>
      )}
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={close} data-autofocus={moved ? true : undefined}>
          {moved ? t("dialog.close") : t("dialog.cancel")}
        </Button>
        {!moved && (
          <Button onClick={run} loading={moving.isPending} data-autofocus>
            {label}
          </Button>
        )}
      </Group>
    </Dialog>
  );
}
