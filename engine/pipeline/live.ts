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

/** What happens now, over all nodes: rates at 1 Hz, alarms, commands, deployments. */
export class Live {
  readonly #backbone: Backbone;
  readonly #node: string;
  readonly #listeners = new Set<Listener>();
  readonly #shares = new Map<string, Rates>();
  readonly #timer: NodeJS.Timeout;
  readonly #unsubscribe: () => void;
  #mine: Rates = { at: "", received: 0, flows: {} };

  constructor(backbone: Backbone, node: string) {
    this.#backbone = backbone;
    this.#node = node;
    this.#unsubscribe = backbone.subscribe("live", (message) => {
      const { event, data } = message as { event: string; data: unknown };
      if (event === "share")
        this.#shares.set((data as { node: string }).node, (data as { rates: Rates }).rates);
      else this.#tell(event, data);
    });
    this.#timer = setInterval(() => this.#turn(), periodMs);
  }

  add(tally: Tally) {
    this.#mine.received += tally.messages;
    addFlows(this.#mine.flows, tally.flows);
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close() {
    clearInterval(this.#timer);
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

  #tell(event: string, data: unknown) {
    for (const listener of this.#listeners) listener(event, data);
  }
}
