import { expect, test, vi } from "vitest";
import type { KnownDevice } from "../../engine/pipeline/devices.ts";
import { Presence } from "../../engine/pipeline/presence.ts";

const device = (id: string) => ({ device: id }) as KnownDevice;

/** Notes what is told; while `isFull` nothing more can be put. */
function open() {
  const told: string[] = [];
  const lane = { told, isFull: false };
  const presence = new Presence(({ device }, { event, values }) => {
    if (lane.isFull) throw new Error("full");
    told.push(`${device} ${event} ${values.protocol}`);
  });
  return Object.assign(lane, { presence });
}

test("the first connection of a device and the end of the last one are told, at once", () => {
  const { presence, told } = open();
  const d1 = device("d1");
  presence.connected(d1, "mqtt");
  expect(told).toEqual(["d1 connected mqtt"]);
  // A client that takes over its own session opens before the old connection ends.
  presence.connected(d1, "mqtt");
  presence.disconnected(d1, "mqtt");
  expect(told).toHaveLength(1);
  presence.connected(device("d2"), "mqtt");
  presence.disconnected(d1, "mqtt");
  presence.disconnected(d1, "mqtt");
  expect(told).toEqual(["d1 connected mqtt", "d2 connected mqtt", "d1 disconnected mqtt"]);
});

test("what a full lane does not take is told later, in order, and waits for nobody else", async () => {
  const lane = open();
  const { presence, told } = lane;
  lane.isFull = true;
  presence.connected(device("d1"), "mqtt");
  presence.disconnected(device("d1"), "mqtt");
  await new Promise((resolve) => setTimeout(resolve, 150));
  presence.connected(device("d1"), "mqtt");
  lane.isFull = false;
  presence.connected(device("d2"), "mqtt");
  await expect.poll(() => told.length).toBe(4);
  expect(told.filter((line) => line.startsWith("d1"))).toEqual([
    "d1 connected mqtt",
    "d1 disconnected mqtt",
    "d1 connected mqtt",
  ]);
  expect(told[0]).toBe("d2 connected mqtt");
});

test("how long a device was connected is told", () => {
  vi.useFakeTimers();
  const told: unknown[] = [];
  const presence = new Presence((_, entry) => void told.push(entry));
  vi.setSystemTime(1000);
  presence.connected(device("d1"), "mqtt");
  vi.setSystemTime(61_000);
  presence.disconnected(device("d1"), "mqtt");
  vi.useRealTimers();
  expect(told).toEqual([
    { event: "connected", at: 1000, values: { protocol: "mqtt" } },
    { event: "disconnected", at: 61_000, values: { protocol: "mqtt", connectedMs: 60_000 } },
  ]);
});
