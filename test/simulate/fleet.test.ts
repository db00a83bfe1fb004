import { expect, it, vi } from "vitest";
import { runFleet, type Totals } from "../../engine/simulate/fleet.ts";
import type { LinkOptions } from "../../engine/simulate/link.ts";
import { stationsOf } from "../../engine/simulate/map.ts";
import { randomFrom } from "../../engine/simulate/random.ts";

type Sent = { name: string; type: string; body: Record<string, unknown> };

/** A fleet whose links keep what they are given; `acknowledge: false` leaves every upload waiting. */
function start({
  devices,
  rate,
  acknowledge = true,
}: {
  devices: number;
  rate: number;
  acknowledge?: boolean;
}) {
  const ending = new AbortController();
  const sent: Sent[] = [];
  const obeys = new Map<string, LinkOptions["obey"]>();
  const closed: string[] = [];
  const stations = stationsOf(devices);
  const done = runFleet({
    stations,
    rate,
    random: randomFrom(1),
    signal: ending.signal,
    open({ name }, obey) {
      obeys.set(name, obey);
      let waiting = 0;
      return {
        get waiting() {
          return waiting;
        },
        async send(type, body) {
          sent.push({ name, type, body });
          if (acknowledge) return;
          waiting++;
          await new Promise(() => {});
        },
        async close() {
          closed.push(name);
        },
      };
    },
  });
  const end = (): Promise<Totals> => {
    ending.abort();
    return done;
  };
  return { stations, sent, obeys, closed, end };
}

const telemetryOf = (sent: Sent[], name: string) =>
  sent.filter((each) => each.name === name && each.type === "telemetry").map((each) => each.body);

it("every station reports in turn, each at a time of its own, and all are closed in the end", async () => {
  const fleet = start({ devices: 10, rate: 100 });
  await vi.waitFor(() => expect(fleet.sent.length).toBeGreaterThan(80), { timeout: 30_000 });
  const totals = await fleet.end();
  expect(totals.sent).toBe(fleet.sent.length);
  expect(totals).toMatchObject({ acknowledged: fleet.sent.length, failed: 0, skipped: 0, commands: 0 });
  for (const { name } of fleet.stations) {
    const times = telemetryOf(fleet.sent, name).map((body) => body.ts as number);
    expect(times.length).toBeGreaterThan(3);
    expect(new Set(times).size).toBe(times.length);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  }
  expect(fleet.closed.sort()).toEqual(fleet.stations.map((station) => station.name).sort());
});

it("a station tells which limit its sign shows, at the start and after a command", async () => {
  const fleet = start({ devices: 2, rate: 2 });
  const { name } = fleet.stations[0]!;
  const shown = () =>
    fleet.sent.filter((each) => each.name === name && each.type === "attributes").map((each) => each.body);
  await vi.waitFor(() => expect(shown()).toEqual([{ shownLimit: 80 }]), { timeout: 30_000 });
  expect(fleet.obeys.get(name)!({ method: "setLimit", params: { kmh: 40 } })).toEqual({ ok: true, kmh: 40 });
  await vi.waitFor(() => expect(shown()).toEqual([{ shownLimit: 80 }, { shownLimit: 40 }]), {
    timeout: 30_000,
  });
  expect((await fleet.end()).commands).toBe(1);
});

it("a station whose uploads are not acknowledged skips readings and holds no more than 32", async () => {
  const fleet = start({ devices: 1, rate: 200, acknowledge: false });
  await vi.waitFor(() => expect(fleet.sent.length).toBe(32), { timeout: 30_000 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const totals = await fleet.end();
  expect(fleet.sent.length).toBe(32);
  expect(totals.skipped).toBeGreaterThan(0);
  expect(totals.acknowledged).toBe(0);
});
