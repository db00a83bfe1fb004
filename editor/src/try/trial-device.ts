import { useRef, useState } from "react";
import { useDeviceContext } from "../devices/queries.ts";
import { t } from "../text/text.ts";
import { lastMessages } from "./last-messages.ts";
import type { Row } from "./sample.ts";

/** The device that a trial is of: what a flow sees of it. When it is chosen, its last messages go to `take`. */
export function useTrialDevice(take: (rows: Row[]) => void) {
  const [id, setId] = useState<string>();
  const [unread, setUnread] = useState<Error>();
  const wanted = useRef<string>(undefined);
  const { data, error } = useDeviceContext(id);

  const choose = async (next: string | undefined) => {
    wanted.current = next;
    setId(next);
    setUnread(undefined);
    if (next === undefined) return;
    const read = await lastMessages(next).catch((error: Error) => error);
    // Another one may have been chosen meanwhile.
    if (wanted.current !== next) return;
    if (read instanceof Error) setUnread(read);
    else if (read.length === 0) setUnread(new Error(t("trial.noLast")));
    else take(read);
  };

  return {
    id,
    seen: data,
    /** A trial now would be of no device. */
    isWaiting: id !== undefined && data === undefined,
    failure: error ?? unread,
    choose,
  };
}
