import { afterEach, expect, test, vi } from "vitest";
import type { Trace, Watch } from "../../engine/model/trace.ts";
import { Live } from "../../engine/pipeline/live.ts";
import { emptyTally } from "../../engine/pipeline/tally.ts";
import type { Backbone } from "../../engine/store/backbone/port.ts";

/** What is published reaches all who subscribed, as between processes. */
function openBus() {
  const listeners = new Set<(message: unknown) => void>();
  const bus: Pick<Backbone, "publish" | "subscribe"> = {
    publish: (_, message) => listeners.forEach((listener) => void listener(message)),
    subscribe(_, listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return bus as Backbone;
}

const trace = (flow: string): Trace => ({
  message: "1:1",
  device: { id: "d", name: "d" },
  flow,
  version: 1,
  at: 0,
  isTick: false,
  values: {},
  steps: [],
  more: 0,
});

const open: Live[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const live of open.splice(0)) live.close();
});
function openLive(bus: Backbone, node: string) {
  const live = new Live(bus, node);
  open.push(live);
  return live;
}

test("however many messages pass, a page hears of rates once a second and of 20 traces of a flow in 4 events", () => {
  vi.useFakeTimers();
  const live = openLive(openBus(), "a");
  live.watch({ flow: "jams" });
  const heard: { event: string; traces: number }[] = [];
  live.subscribe((event, data) =>
    heard.push({ event, traces: (data as { traces?: unknown[] }).traces?.length ?? 0 }),
  );
  for (let step = 0; step < 100; step++) {
    for (let n = 0; n < 50; n++)
      live.add({ ...emptyTally(), messages: 1, traces: [trace("jams"), trace("jams")] });
    vi.advanceTimersByTime(50);
  }
  const rates = heard.filter(({ event }) => event === "rates");
  const traces = heard.filter(({ event }) => event === "traces");
  expect(rates).toHaveLength(5);
  expect(traces.length).toBeLessThanOrEqual(20);
  const told = traces.reduce((sum, { traces }) => sum + traces, 0);
  expect(told).toBeGreaterThanOrEqual(60);
  expect(told).toBeLessThanOrEqual(5 * 20 + 20);
});

test("every process hears which flows are watched anywhere, once, and when nobody watches any more", () => {
  vi.useFakeTimers();
  const bus = openBus();
  const [worker, page] = [openLive(bus, "worker"), openLive(bus, "page")];
  const told: (readonly Watch[])[] = [];
  worker.onWatch = (watches) => told.push(watches);
  const stop = page.watch({ flow: "jams" });
  const again = page.watch({ flow: "jams" });
  vi.advanceTimersByTime(5000);
  stop();
  again();
  vi.advanceTimersByTime(5000);
  expect(told).toEqual([[{ flow: "jams" }], []]);
});

test("what a process watched that is gone is watched no longer", () => {
  vi.useFakeTimers();
  const bus = openBus();
  const [worker, page] = [openLive(bus, "worker"), openLive(bus, "page")];
  const told: (readonly Watch[])[] = [];
  worker.onWatch = (watches) => told.push(watches);
  page.watch({ flow: "jams" });
  page.close();
  vi.advanceTimersByTime(6000);
  expect(told).toEqual([[{ flow: "jams" }], []]);
});
