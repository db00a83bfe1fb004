import type { Flow } from "../../engine/model/flow.ts";
import { ask } from "./product.ts";

/** Event time of a device's reading 0. */
export const startTs = 1_700_000_000_000;

/** Reading `n` of a device. */
export const numbered = (n: number) => JSON.stringify({ ts: startTs + n, values: { n } });

/** `change` is 1 wherever the readings of a device were evaluated in the order they were sent, none left out or repeated. */
export const orderFlow: Flow = {
  id: "order",
  name: "Order",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "step", kind: "enrich", config: { delta: [{ of: "n", as: "change" }] } },
    { id: "kept", kind: "save", config: { measurement: "order", fields: ["n", "change"] } },
  ],
  edges: [
    { from: "in", output: "out", to: "step" },
    { from: "step", output: "out", to: "kept" },
  ],
  layout: {},
};

/** What the flow saved of a device's readings 1 to `last`, in order of time. */
export async function saved(
  http: string,
  device: string,
  key: "n" | "change",
  last: number,
): Promise<number[]> {
  const query = `device=${device}&key=${key}&from=${startTs}&to=${startTs + last + 1}&limit=1000`;
  const { items } = await ask<{ items: { value: number }[] }>(`${http}/api/series?${query}`);
  return items.map(({ value }) => value);
}
