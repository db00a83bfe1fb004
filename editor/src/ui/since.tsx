import { useNow } from "./now.ts";
import { ago, moment } from "./words.ts";

/** How long ago, counting on; the exact time is in the tooltip. */
export function Since({ time }: { time: string }) {
  const text = useNow((now) => ago(time, now));
  return (
    <time dateTime={time} title={moment(time)}>
      {text}
    </time>
  );
}
