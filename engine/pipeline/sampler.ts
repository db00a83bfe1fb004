import type { Entry } from "../flow/entry.ts";
import type { Outcome, TraceStep } from "../flow/outcome.ts";
import { cutValues } from "../model/cut-values.ts";
import type { Trace, Watch } from "../model/trace.ts";

/** Traces of one watch that leave one thread in a second. */
const perSecond = 20;
/** Messages of one batch that are looked at for one watch: not all of them pass the flow. */
const tries = 48;
const maxWatches = 20;
const maxSteps = 40;
const maxError = 300;
/** A tick that wakes more devices than this is not recorded. */
const maxVisits = 2000;

interface Watched extends Watch {
  left: number;
}

/** Chooses which messages are recorded for those who watch, so that no flood makes it cost more than a little. */
export class Sampler {
  #watched: Watched[] = [];
  #second = 0;

  watch(watches: readonly Watch[]) {
    this.#watched = watches.slice(0, maxWatches).map((watch) => ({ ...watch, left: perSecond }));
  }

  /** Places of the entries to record; undefined where nobody watches, or has enough for this second. `nowMs` counts on. */
  choose(entries: readonly Entry[], nowMs: number): ReadonlySet<number> | undefined {
    if (this.#watched.length === 0) return undefined;
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      for (const watched of this.#watched) watched.left = perSecond;
    }
    const chosen = new Set<number>();
    for (const { device, left } of this.#watched) {
      if (left === 0) continue;
      const places = placesOf(entries, device);
      // Spread over the batch, so that all devices have their chance.
      const stride = Math.max(1, places.length / tries);
      for (let at = 0; at < places.length; at += stride) chosen.add(places[Math.floor(at)]!);
    }
    return chosen.size > 0 ? chosen : undefined;
  }

  /** What was recorded, as those who watch see it. */
  collect({ traces = [] }: Outcome): Trace[] {
    const collected: Trace[] = [];
    for (const steps of traces) {
      if (steps.length > maxVisits) continue;
      for (const visits of apart(steps)) {
        const [first] = visits;
        const watched = this.#watched.filter(
          ({ flow, device, left }) =>
            left > 0 && flow === first!.flow && (device === undefined || device === first!.device.id),
        );
        if (watched.length === 0) continue;
        for (const each of watched) each.left--;
        collected.push(traceOf(visits));
      }
    }
    return collected;
  }
}

function placesOf(entries: readonly Entry[], device: string | undefined): number[] {
  const places: number[] = [];
  for (const [place, entry] of entries.entries()) {
    if (entry.type === "deploy" || entry.type === "alarm-cleared") continue;
    if (device === undefined || entry.type === "tick" || entry.device === device) places.push(place);
  }
  return places;
}

/** The visits of each message in each flow; without messages that no step let through, nor failed at. */
function apart(steps: readonly TraceStep[]): TraceStep[][] {
  const groups: TraceStep[][] = [];
  const open = new Map<string, TraceStep[]>();
  for (const step of steps) {
    const key = `${step.flow} ${step.device.id}`;
    const group = open.get(key);
    // A new reading begins at the first step again; what a tick wakes begins at any.
    if (group && group[0]!.node !== step.node && !("tick" in step.in)) group.push(step);
    else groups.push(newest(open, key, step));
  }
  return groups.filter((group) => group.some(({ out, error }) => out.length > 0 || error));
}

function newest(open: Map<string, TraceStep[]>, key: string, step: TraceStep): TraceStep[] {
  const group = [step];
  open.set(key, group);
  return group;
}

function traceOf(visits: readonly TraceStep[]): Trace {
  const { message, device, flow, version, in: came } = visits[0]!;
  return {
    message,
    device: { id: device.id, name: device.name },
    flow,
    version,
    at: "tick" in came ? came.tick : "result" in came ? came.at : came.ts,
    isTick: "tick" in came,
    values: "values" in came ? cutValues(came.values) : {},
    steps: visits.slice(0, maxSteps).map(({ node, out, error }) => ({
      node,
      out: out.slice(0, 8).map(([output, message]) => [output, cutValues(message.values)]),
      ...(error && { error: error.slice(0, maxError) }),
    })),
    more: Math.max(0, visits.length - maxSteps),
  };
}
