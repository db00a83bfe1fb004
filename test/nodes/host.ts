import type { Wish } from "../../engine/model/effect.ts";
import type { Message } from "../../engine/model/message.ts";
import { type Rekey, rekeyBy } from "../../engine/nodes/by.ts";
import type { Example, ExampleReading, ExampleResult, Kind, Node, Step } from "../../engine/nodes/kind.ts";

type Device = Message["device"];

/** Runs one node as a lane would: one state and one wake for each device or key, both through JSON. */
export class Host {
  readonly out: [output: string, message: Message][] = [];
  readonly wishes: Wish[] = [];
  readonly handed: Message[] = [];
  /** Whether there was a state at any time. */
  hasRemembered = false;
  readonly #node: Node;
  readonly #rekey: Rekey | undefined;
  readonly #devices = new Map<
    string,
    { device: Device; state?: string; wakeAt: number | null; watches?: boolean }
  >();
  readonly #sentBy: Device[] = [];
  #count = 0;

  constructor(kind: Kind, config: unknown) {
    const parsed = kind.config.parse(config);
    this.#node = kind.create(parsed);
    this.#rekey = kind.groupsBy && rekeyBy(kind.groupsBy(parsed));
  }

  message(given: ExampleReading): Step {
    const { at, values, ts = at, type = "telemetry", via } = given;
    const sent: Message = {
      id: `0:${++this.#count}`,
      device: deviceOf(given.device),
      type,
      ts,
      arrivedAt: at,
      values: structuredClone(values),
      ...(via !== undefined && { via }),
    };
    const message = this.#rekey ? this.#rekey(sent) : sent;
    const { device } = message;
    const kept = this.#devices.get(device.id) ?? { device, wakeAt: null };
    kept.device = device;
    this.#devices.set(device.id, kept);
    const frozen = freeze(message);
    if (kept.watches && type === "telemetry")
      this.#keep(device.id, this.#node.watch!(frozen, freeze(this.state(device.id))));
    if (given.passesBy) return {};
    const step = this.#node.evaluate(frozen, freeze(this.state(device.id)));
    this.#keep(device.id, step);
    return step;
  }

  /** The command with that number, counted from 1, ended so. */
  result({ at, command: number, state, of = 1, told = {} }: ExampleResult) {
    const commands = this.wishes.filter((wish) => wish.type === "command");
    const { ref = "" } = commands[number - 1]!;
    const device = this.#sentBy[number - 1]!;
    const result = freeze({ ref, of, state, command: told });
    this.#keep(device.id, this.#node.result!(result, at, device, freeze(this.state(device.id))));
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
    else if (step.state !== undefined) {
      kept.state = JSON.stringify(step.state);
      this.hasRemembered = true;
    }
    if (step.wakeAt !== undefined) kept.wakeAt = step.wakeAt;
    if (step.watches !== undefined) kept.watches = step.watches;
    for (const { type } of step.wishes ?? []) if (type === "command") this.#sentBy.push(kept.device);
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
    else if ("command" in given) host.result(given);
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
