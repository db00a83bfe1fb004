import { createContext, lazy, type ReactNode, Suspense, useContext, useState } from "react";
import type { Alarm } from "../../../engine/model/alarm.ts";
import type { Command } from "../../../engine/model/command.ts";
import { ClearDialog } from "./clear-dialog.tsx";
import { RejectDialog } from "./reject-dialog.tsx";

const CommandDialog = lazy(async () => ({ default: (await import("./command-dialog.tsx")).CommandDialog }));

type Dialog =
  | { type: "clear"; alarm: Alarm }
  | { type: "reject"; command: Command }
  | { type: "command"; device: string; deviceName: string; alarm?: Alarm };

const Opener = createContext<(dialog: Dialog) => void>(() => {});

export function useDialogs() {
  return useContext(Opener);
}

/** Keeps dialogs above the lists: a row that goes away must not take its dialog with it. */
export function Dialogs({ children }: { children: ReactNode }) {
  const [dialog, setDialog] = useState<Dialog>();
  const close = () => setDialog(undefined);
  return (
    <Opener value={setDialog}>
      {children}
      {dialog?.type === "clear" && <ClearDialog alarm={dialog.alarm} close={close} />}
      {dialog?.type === "reject" && <RejectDialog command={dialog.command} close={close} />}
      {dialog?.type === "command" && (
        <Suspense fallback={null}>
          <CommandDialog {...dialog} close={close} />
        </Suspense>
      )}
    </Opener>
  );
}
