import { useSyncExternalStore } from "react";
import { announcement } from "./announce.ts";

/** Tells screen readers of new alarms. */
export function AlarmAnnouncer() {
  const text = useSyncExternalStore(announcement.subscribe, announcement.text);
  return (
    <div className="unseen" aria-live="polite">
      {text}
    </div>
  );
}
