import { sameWatch, type Trace, type Watch } from "../model/trace.ts";
import type { Backbone } from "../store/backbone/port.ts";
import { addFlows, type FlowTally, type Tally } from "./tally.ts";

/** Messages per second, once a second. */
export interface Rates {
  /** RFC 3339. */
  at: string;
  received: number;
  flows: Record<string, FlowTally>;
}

type Listener = (event: string, data: unknown) => void;
const periodMs = 1000;
const tracesMs = 250;
/** Traces of one flow that one process sends out in a second. */
const tracesPerSecond = 20;

/** What happens now, over all nodes: rates at 1 Hz, alarms, commands, deployments, and samples of what is watched. */
export class Live {
  readonly #backbone: Backbone;
  readonly #node: string;
  readonly #listeners = new Set<Listener>();
  readonly #shares = new Map<string, Rates>();
  readonly #timers: NodeJS.Timeout[];
  readonly #unsubscribe: () => void;
  #mine: Rates = { at: "", received: 0, flows: {} };
  /** Of those who watch at this process. */
  readonly #watches = new Set<Watch>();
  /** Of all processes, by process. */
  readonly #watched = new Map<string, { at: number; watches: Watch[] }>();
  #asked: readonly Watch[] = [];
  /** By flow: traces to go out, and how many may in this second. */
  readonly #traces = new Map<string, { waiting: Trace[]; left: number }>();
  /** Hears which flows are watched, whenever that changes. */
  onWatch: (watches: readonly Watch[]) => void = () => {};

  constructor(backbone: Backbone, node: string) {
    this.#backbone = backbone;
    this.#node = node;
    this.#unsubscribe = backbone.subscribe("live", (message) => {
      const { event, data } = message as { event: string; data: unknown };
      if (event === "share")
        this.#shares.set((data as { node: string }).node, (data as { rates: Rates }).rates);
      else if (event === "watches") this.#heard(data as { node: string; watches: Watch[] });
      else this.#tell(event, data);
    });
    this.#timers = [
      setInterval(() => this.#turn(), periodMs),
      setInterval(() => this.#sendTraces(), tracesMs),
    ];
  }

  add({ messages, flows, traces }: Tally) {
    this.#mine.received += messages;
    addFlows(this.#mine.flows, flows);
    for (const trace of traces ?? []) {
      const of = this.#traces.get(trace.flow) ?? { waiting: [], left: tracesPerSecond };
      this.#traces.set(trace.flow, of);
      if (of.left === 0) continue;
      of.left--;
      of.waiting.push(trace);
    }
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks all processes for samples of a flow until the returned function is called; they come as `traces`. */
  watch(watch: Watch): () => void {
    const own = { ...watch };
    this.#watches.add(own);
    this.#ask();
    return () => {
      this.#watches.delete(own);
      this.#ask();
    };
  }

  close() {
    this.#timers.forEach(clearInterval);
    this.#unsubscribe();
  }

  /** Sends this node's share to all, and the sum of the shares at hand to the listeners here. */
  #turn() {
    const at = new Date().toISOString();
    this.#backbone.publish("live", {
      event: "share",
      data: { node: this.#node, rates: { ...this.#mine, at } },
    });
    this.#mine = { at, received: 0, flows: {} };
    for (const of of this.#traces.values()) of.left = tracesPerSecond;
    if (this.#watches.size > 0) this.#ask();
    this.#forget();
    if (this.#listeners.size === 0) return;
    const sum: Rates = { at, received: 0, flows: {} };
    for (const [node, share] of this.#shares) {
      if (Date.parse(at) - Date.parse(share.at) > 3 * periodMs) {
        this.#shares.delete(node);
        continue;
      }
      sum.received += share.received;
      addFlows(sum.flows, share.flows);
    }
    this.#tell("rates", sum);
  }

  #ask() {
    this.#backbone.publish("live", {
      event: "watches",
      data: { node: this.#node, watches: [...this.#watches] },
    });
  }

  #heard({ node, watches }: { node: string; watches: Watch[] }) {
    this.#watched.set(node, { at: Date.now(), watches });
    this.#settle();
  }

  /** A process that is gone watches nothing. */
  #forget() {
    for (const [node, { at }] of this.#watched)
      if (Date.now() - at > 3 * periodMs) this.#watched.delete(node);
    this.#settle();
  }

  #settle() {
    const all: Watch[] = [];
    for (const { watches } of this.#watched.values())
      for (const watch of watches) if (!all.some((one) => sameWatch(one, watch))) all.push(watch);
    const isSame =
      all.length === this.#asked.length &&
      all.every((one) => this.#asked.some((other) => sameWatch(one, other)));
    if (isSame) return;
    this.#asked = all;
    for (const flow of this.#traces.keys())
      if (!all.some((watch) => watch.flow === flow)) this.#traces.delete(flow);
    this.onWatch(all);
  }

  #sendTraces() {
    for (const [flow, of] of this.#traces) {
      if (of.waiting.length === 0) continue;
      this.#backbone.publish("live", { event: "traces", data: { flow, traces: of.waiting } });
      of.waiting = [];
    }
  }

  #tell(event: string, data: unknown) {
    for (const listener of this.#listeners) listener(event, data);
  }
}
