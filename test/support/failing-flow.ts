import type { Flow } from "../../engine/model/flow.ts";
import type { Value, Values } from "../../engine/model/value.ts";
import { dayMs, fold, ledger, type Reading, readingAt, startTs } from "./ledger.ts";

const markEvery = 10;

/**
 * The ledger behind a condition, at which every message fails where `works` is false; and what it counts of a day, once more
 * for the device's road, in the road's lane. All effects come behind the condition.
 */
export function failing(works: boolean): Flow {
  const [input, ...others] = ledger.nodes;
  const [, ...edges] = ledger.edges;
  const when = works
    ? { fact: "n", operator: "greaterThan", value: 0 }
    : { fact: "n", operator: "in", value: { fact: "n" } };
  const day = ledger.nodes.find(({ id }) => id === "day")!;
  return {
    ...ledger,
    id: "failing",
    name: "Failing",
    nodes: [
      input!,
      { id: "check", kind: "filter", config: { when: { all: [when] } } },
      ...others,
      { ...day, id: "road", config: { ...day.config, by: "road" } },
      { id: "told", kind: "save", config: { measurement: "road", fields: ["messages", "total", "last"] } },
    ],
    edges: [
      { from: "in", output: "out", to: "check" },
      { from: "check", output: "pass", to: "step" },
      ...edges,
      { from: "step", output: "out", to: "road" },
      { from: "road", output: "window", to: "told" },
    ],
  };
}

/** Readings 1 to `last`, and one of the next day, which closes the windows of the device and of its road. */
export function readings(last: number): Reading[] {
  const all = Array.from({ length: last }, (_, index) => readingAt(index + 1, markEvery));
  return [...all, { ts: startTs + dayMs + 10_000, n: last + 1, mark: 0 }];
}

/** What must come of them, once each and in order. */
export function due(last: number) {
  const { numbers, day, marks } = fold(readings(last));
  const counted = { messages: [day.messages], total: [day.total], last: [day.last] };
  return {
    n: numbers,
    before: numbers.slice(0, -1),
    day: counted,
    road: counted,
    raised: marks,
    told: marks,
  };
}

export interface Kept {
  values(device: string, key: string, measurement: string): Promise<unknown[]>;
  /** Newest first. */
  alarms(device: string): Promise<{ details: Values }[]>;
  /** Newest first. */
  commands(device: string): Promise<{ params: Value }[]>;
}

/** What came of them, in the form of what is due. */
export async function came({ values, alarms, commands }: Kept, device: string, road: string) {
  const counted = async (of: string, measurement: string) => ({
    messages: await values(of, "messages", measurement),
    total: await values(of, "total", measurement),
    last: await values(of, "last", measurement),
  });
  return {
    n: await values(device, "n", "raw"),
    before: await values(device, "before", "raw"),
    day: await counted(device, "day"),
    road: await counted(`road ${road}`, "road"),
    raised: (await alarms(device)).toReversed().map(({ details }) => details.n),
    told: (await commands(device)).toReversed().map(({ params }) => (params as Values).n),
  };
}

export const allTime = { from: startTs, to: startTs + 2 * dayMs };
