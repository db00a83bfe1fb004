import { useSyncExternalStore } from "react";
import * as z from "zod";
import { type Alarm, alarmSchema } from "../../engine/model/alarm.ts";
import { type Command, commandSchema } from "../../engine/model/command.ts";
import { addErrors, meanOf, type Rates, ratesSchema, type Traffic } from "./rates.ts";

export type Connection = "connecting" | "live" | "reconnecting";

interface Live {
  connection: Connection;
  traffic: Traffic | undefined;
  /** Since the page was opened, by `<flow>@<version>/<node>`. */
  errors: Record<string, number>;
}

interface Listener {
  alarm(alarm: Alarm): void;
  command(command: Command): void;
  /** Which flows run has changed. */
  deployment(): void;
  /** There were more of these than the server tells one by one. */
  missed(events: readonly string[]): void;
  /** The stream came back: what happened in between was not seen. */
  resumed(): void;
}

const silenceMs = 15_000;
const retryMs = 3000;
const meanSeconds = 5;

let live: Live = { connection: "connecting", traffic: undefined, errors: {} };
let seconds: Rates[] = [];
const watchers = new Set<() => void>();

function change(part: Partial<Live>) {
  live = { ...live, ...part };
  for (const watcher of watchers) watcher();
}

function subscribe(watcher: () => void) {
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
  };
}

/** One value out of the live state; renders again only when that value changes. */
export function useLive<T extends string | number | boolean | undefined>(pick: (live: Live) => T): T {
  return useSyncExternalStore(subscribe, () => pick(live));
}

function takeRates(rates: Rates) {
  seconds = [...seconds, rates].slice(-meanSeconds);
  change({ traffic: meanOf(seconds), errors: addErrors(live.errors, rates) });
}

function on<T>(source: EventSource, event: string, schema: z.ZodType<T>, take: (value: T) => void) {
  source.addEventListener(event, (message: MessageEvent<string>) => {
    const parsed = schema.safeParse(JSON.parse(message.data));
    if (parsed.success) take(parsed.data);
  });
}

/** Opens the page's one event stream and keeps it open as long as the page. */
export function openLive(listener: Listener) {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wasLive = false;

  function reopenIn(ms: number) {
    clearTimeout(timer);
    timer = setTimeout(open, ms);
  }

  function heard() {
    reopenIn(silenceMs);
    if (live.connection === "live") return;
    change({ connection: "live" });
    if (wasLive) listener.resumed();
    wasLive = true;
  }

  function lost() {
    seconds = [];
    change({ connection: wasLive ? "reconnecting" : "connecting", traffic: undefined });
    // The browser tries again by itself unless the answer was no event stream.
    if (source?.readyState === EventSource.CLOSED) reopenIn(retryMs);
  }

  function open() {
    if (source) {
      source.close();
      lost();
    }
    source = new EventSource("/api/live");
    source.onopen = heard;
    source.onerror = lost;
    on(source, "rates", ratesSchema, (rates) => {
      heard();
      takeRates(rates);
    });
    on(source, "alarm", alarmSchema, listener.alarm);
    on(source, "command", commandSchema, listener.command);
    on(source, "missed", z.object({ events: z.array(z.string()) }), ({ events }) => listener.missed(events));
    on(source, "deployment", z.unknown(), listener.deployment);
    reopenIn(silenceMs);
  }

  open();
}
