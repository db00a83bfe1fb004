import type { QueryClient } from "@tanstack/react-query";
import { announceAlarm } from "./alarms/announce.ts";
import { mergeCommand } from "./alarms/commands.ts";
import { openLive } from "./live.ts";

const pauseMs = 1000;

/** Runs at once, then at most once a pause, the last call never lost. */
function paced(run: () => void) {
  let waiting = false;
  let again = false;
  return function call() {
    if (waiting) {
      again = true;
      return;
    }
    run();
    waiting = true;
    setTimeout(() => {
      waiting = false;
      if (!again) return;
      again = false;
      call();
    }, pauseMs);
  };
}

/** Lets what the server tells by itself flow into the cached answers. Runs as long as the page. */
export function keepFresh(queries: QueryClient) {
  const alarmsChanged = paced(() => {
    queries.invalidateQueries({ queryKey: ["alarms"] });
    queries.invalidateQueries({ queryKey: ["alarm"] });
  });
  const deployed = paced(() => queries.invalidateQueries({ queryKey: ["flows"] }));
  openLive({
    alarm(alarm) {
      announceAlarm(alarm);
      alarmsChanged();
    },
    command: (command) => mergeCommand(queries, command),
    deployment: deployed,
    missed(events) {
      if (events.includes("alarm")) alarmsChanged();
      if (events.includes("command")) queries.invalidateQueries({ queryKey: ["commands"] });
    },
    resumed: () => queries.invalidateQueries(),
  });
}
