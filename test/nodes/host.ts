import type { Wish } from "../../engine/model/effect.ts";
import type { Message } from "../../engine/model/message.ts";
import type { Example, Kind, Node, Step } from "../../engine/nodes/kind.ts";

type Device = Message["device"];

/** Runs one node as a lane would: one state and one wake for each device, both through JSON. */
export class Host {
  readonly out: [output: string, message: Message][] = [];
  readonly wishes: Wish[] = [];
  readonly handed: Message[] = [];
  readonly #node: Node;
  readonly #devices = new Map<string, { device: Device; state?: string; wakeAt: number | null }>();
  #count = 0;

  constructor(kind: Kind, config: unknown) {
    this.#node = kind.create(kind.config.parse(config));
  }

  message(given: Exclude<Example["given"][number], { tick: number }>): Step {
    const device = deviceOf(given.device);
    const { at, values, ts = at, via } = given;
    const message: Message = {
      id: `0:${++this.#count}`,
      device,
      type: "telemetry",
      ts,
      arrivedAt: at,
      values: structuredClone(values),
      ...(via !== undefined && { via }),
    };
    const kept = this.#devices.get(device.id) ?? { device, wakeAt: null };
    kept.device = device;
    this.#devices.set(device.id, kept);
    const frozen = freeze(message);
    const step = this.#node.evaluate(frozen, freeze(this.state(device.id)));
    this.#keep(device.id, step);
    return step;
  }

  tick(now: number) {
    for (const [id, kept] of this.#devices) {
      if (kept.wakeAt === null || kept.wakeAt > now) continue;
      kept.wakeAt = null;
      this.#keep(id, this.#node.tick!(now, kept.device, freeze(this.state(id))));
    }
  }

  state(device = "device"): unknown {
    const state = this.#devices.get(device)?.state;
    return state === undefined ? undefined : JSON.parse(state);
  }

  wakeAt(device = "device"): number | null {
    return this.#devices.get(device)?.wakeAt ?? null;
  }

  #keep(id: string, step: Step) {
    const kept = this.#devices.get(id)!;
    if (step.state === null) delete kept.state;
    else if (step.state !== undefined) kept.state = JSON.stringify(step.state);
    if (step.wakeAt !== undefined) kept.wakeAt = step.wakeAt;
    for (const [output, message] of step.out ?? []) this.out.push([output, message]);
    this.wishes.push(...(step.wishes ?? []));
    if (step.handOver) this.handed.push(step.handOver);
  }
}

/** What an example makes of its readings and ticks. */
export function play(kind: Kind, example: Example): Host {
  const host = new Host(kind, example.config);
  for (const given of example.given) {
    if ("tick" in given) host.tick(given.tick);
    else host.message(given);
  }
  return host;
}

function deviceOf(given: Partial<Device> = {}): Device {
  const id = given.id ?? "device";
  return { id, name: id, profile: "default", attributes: {}, revision: 1, ...given };
}

/** A node that changes what it is given fails here. */
function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}
