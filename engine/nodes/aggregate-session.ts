import type { Message } from "../model/message.ts";
import type { Values } from "../model/value.ts";
import type { Slots } from "./accumulate.ts";
import { explainWindow } from "./aggregate-explain.ts";
import {
  openColumns,
  type Result,
  resultMessage,
  resultOf,
  ticked,
  silenceMs as usualSilenceMs,
  type Wanted,
} from "./columns.ts";
import { hash } from "./fingerprint.ts";
import type { Node, Step } from "./kind.ts";

/** The sessions of one device, as plain JSON; letters as in `Windows`. */
interface Sessions {
  d: number;
  l: number;
  /** Open sessions in order: first time, count of messages, last time, then the slots of the values. */
  o: Slots[];
  f: number;
  e?: number;
}

const head = 3;
const maxOpen = 16;
const nothing: Step = {};
const firstOf = (slots: Slots) => slots[0] as number;
const lastOf = (slots: Slots) => slots[2] as number;

/** Windows that last while messages come less than a gap apart. */
export function sessionWindows(settings: {
  gapMs: number;
  latenessMs: number;
  earlyMs: number | undefined;
  values: readonly Wanted[];
  /** As in `WindowSettings`. */
  silenceMs?: number;
}): Node {
  const { gapMs, latenessMs, earlyMs, silenceMs = usualSilenceMs } = settings;
  const columns = openColumns(settings.values, head);
  const fingerprint = hash(JSON.stringify(["session", gapMs, columns.values]));
  const read = (state: unknown) => {
    const sessions = state as Sessions | undefined;
    return sessions?.f === fingerprint ? sessions : undefined;
  };
  const endOf = (slots: Slots) => lastOf(slots) + gapMs;
  const dueAt = (slots: Slots, lagMs: number) => endOf(slots) + lagMs + latenessMs + silenceMs;
  const resultAt = (slots: Slots): Result => {
    const values: Values = {};
    columns.write(values, slots, lastOf(slots) - firstOf(slots));
    return resultOf(values, slots, firstOf(slots), lastOf(slots), slots[1] as number);
  };
  const stepOf = (
    from: Omit<Message, "ts" | "values">,
    sessions: Sessions,
    results: readonly Result[],
  ): Step => {
    const first = sessions.o[0];
    return {
      state: sessions,
      wakeAt: first ? dueAt(first, sessions.l) : null,
      ...(results.length > 0 && {
        out: results.map((result) => ["window", resultMessage(from, result)] as const),
      }),
    };
  };
  const take = (before: Sessions | undefined, message: Message) => {
    const { ts, arrivedAt, values } = message;
    const open = before ? before.o.slice() : [];
    let at = 0;
    while (at < open.length && endOf(open[at]!) <= ts) at++;
    let until = at;
    while (until < open.length && firstOf(open[until]!) - gapMs < ts) until++;
    if (at === until && before && ts + gapMs <= before.d) return undefined;

    const slots: Slots = at === until ? [ts, 0, ts, ...columns.empty] : open[at]!.slice();
    for (const other of open.slice(at + 1, until)) {
      slots[1] = (slots[1] as number) + (other[1] as number);
      slots[2] = other[2]!;
      columns.merge(slots, other);
    }
    const index = slots[1] as number;
    slots[0] = Math.min(firstOf(slots), ts);
    slots[1] = index + 1;
    slots[2] = Math.max(lastOf(slots), ts);
    columns.add(slots, values, ts);
    columns.sampling.take(slots, index, message);
    open.splice(at, until - at, slots);

    const watermark = ts - latenessMs;
    const isNewest = !before || watermark >= before.d;
    const beyond = open[open.length - maxOpen - 1];
    const d = Math.max(isNewest ? watermark : before.d, beyond ? endOf(beyond) : Number.NEGATIVE_INFINITY);
    const closed = open.filter((it) => endOf(it) <= d);
    const sessions: Sessions = {
      d,
      l: isNewest ? Math.max(0, arrivedAt - ts) : before.l,
      o: open.slice(closed.length),
      f: fingerprint,
    };
    const results = closed.map(resultAt);
    if (earlyMs === undefined) return { sessions, results };
    sessions.e = before?.e ?? ts;
    if (ts - sessions.e >= earlyMs) {
      sessions.e = ts;
      for (const it of sessions.o) {
        const result = resultAt(it);
        result.values.windowEarly = true;
        results.push(result);
      }
    }
    return { sessions, results };
  };
  const wait = (before: Sessions, now: number) => {
    const due = before.o.filter((it) => dueAt(it, before.l) <= now);
    const d = Math.max(before.d, ...due.map(endOf));
    const sessions: Sessions = { ...before, d, o: before.o.slice(due.length) };
    return { sessions, results: due.map(resultAt) };
  };
  return {
    evaluate(message, state) {
      const done = take(read(state), message);
      return done ? stepOf(message, done.sessions, done.results) : { out: [["late", message]] };
    },
    tick(now, device, state) {
      const before = read(state);
      if (!before) return nothing;
      const { sessions, results } = wait(before, now);
      return stepOf(ticked(now, device), sessions, results);
    },
    explain({ message, tick, state, left }) {
      const before = read(state);
      const done = message ? take(before, message) : before && wait(before, tick!);
      return explainWindow(columns, done?.results, left);
    },
  };
}
