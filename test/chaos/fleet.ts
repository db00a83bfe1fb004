import { setTimeout as sleep } from "node:timers/promises";
import { closingReading, type Reading, readingAt } from "../support/ledger.ts";
import { addDevice } from "../support/product.ts";
import { SteadyPublisher } from "../support/steady-publisher.ts";
import type { World } from "./world.ts";

/** A device with the log of all it published. */
export interface FleetDevice {
  id: string;
  token: string;
  log: Reading[];
  publisher: SteadyPublisher;
}

/** Devices that publish numbered readings over MQTT with QoS 1, at an even rate, until told to stop. */
export class Fleet {
  readonly devices: FleetDevice[];
  readonly #markEvery: number;
  #publishing = true;
  readonly #running: Promise<void>;

  /** `perSecond`: readings of all devices together. */
  static async start(
    world: World,
    options: { name: string; devices: number; perSecond: number; markEvery?: number; copies?: number },
  ): Promise<Fleet> {
    const { name, copies, markEvery = 100 } = options;
    const devices: FleetDevice[] = [];
    for (let index = 0; index < options.devices; index++) {
      const { id, token } = await addDevice(world.http, { name: `${name}-${index}` });
      const publisher = new SteadyPublisher({ url: world.mqtt, token, window: 40, copies });
      devices.push({ id, token, log: [], publisher });
    }
    return new Fleet(devices, options.perSecond, markEvery);
  }

  private constructor(devices: FleetDevice[], perSecond: number, markEvery: number) {
    this.devices = devices;
    this.#markEvery = markEvery;
    this.#running = this.#run((1000 * devices.length) / perSecond);
  }

  get published(): number {
    return sum(this.devices.map(({ log }) => log.length));
  }
  get acknowledged(): number {
    return sum(this.devices.map(({ publisher }) => publisher.acknowledged));
  }
  /** Readings that were sent again after a connection broke. */
  get repeated(): number {
    return sum(this.devices.map(({ publisher }) => publisher.repeated));
  }
  /** Connections that broke. */
  get breaks(): number {
    return sum(this.devices.map(({ publisher }) => publisher.breaks));
  }

  /** Ends the log with a reading of the next day; resolves when all is acknowledged, or rejects after `withinMs`. */
  async finish(withinMs = 120_000) {
    this.#publishing = false;
    await this.#running;
    for (const device of this.devices) this.#publish(device, closingReading(device.log.length + 1));
    const late = new AbortController();
    const settled = Promise.all(this.devices.map(({ publisher }) => publisher.settled()));
    await Promise.race([
      settled,
      sleep(withinMs, undefined, { signal: late.signal }).then(() => {
        throw new Error(
          `${this.published - this.acknowledged} readings were not acknowledged in ${withinMs} ms.`,
        );
      }),
    ]).finally(() => {
      late.abort();
      this.end();
    });
  }

  end() {
    this.#publishing = false;
    for (const { publisher } of this.devices) publisher.end();
  }

  async #run(everyMs: number) {
    const startAt = performance.now();
    for (let n = 1; this.#publishing; n++) {
      for (const device of this.devices) this.#publish(device, readingAt(n, this.#markEvery));
      await sleep(Math.max(1, startAt + n * everyMs - performance.now()));
    }
  }

  #publish({ log, publisher }: FleetDevice, reading: Reading) {
    const { ts, n, mark } = reading;
    log.push(reading);
    publisher.publish(JSON.stringify({ ts, values: { n, mark } }));
  }
}

const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
