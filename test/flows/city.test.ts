import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type TryInput, tryFlow } from "../../engine/flow/try.ts";
import { type Flow, flowSchema } from "../../engine/model/flow.ts";
import { jamAt, measure, openCity, step } from "../../engine/simulate/city.ts";
import { demoStations, stationsOf } from "../../engine/simulate/map.ts";
import { randomFrom } from "../../engine/simulate/random.ts";

const start = Date.UTC(2026, 10, 20, 9);

/** What the demo city sends in its first seconds, one reading a second and station; and who is in trouble. */
function firstSeconds(seconds: number, seed: number) {
  const random = randomFrom(seed);
  let city = openCity(stationsOf(demoStations), start);
  const inputs: TryInput[] = [];
  const jammed = new Set<string>();
  const broken = new Map<string, string>();
  for (let second = 1; second <= seconds; second++) {
    const at = start + second * 1_000;
    city = step(city, at, random);
    for (const fault of city.faults) broken.set(fault.station, fault.type);
    for (const station of city.stations) {
      if (jamAt(city, station) > 0.3) jammed.add(station.name);
      const { name, road, direction, lengthKm, freeFlow } = station;
      const device = {
        id: name,
        name,
        profile: "loop-detector",
        attributes: { road, direction, lengthKm, freeFlow },
      };
      inputs.push({ device, at, ts: at, values: { ...measure(city, station, 1_000, random) } });
    }
  }
  return { inputs, jammed, broken };
}

const shipped = (name: string): Flow =>
  flowSchema.parse(
    JSON.parse(readFileSync(new URL(`../../flows/${name}/flow.json`, import.meta.url), "utf8")),
  );

it.each([1, 2, 3])(
  "within a minute the city has congestion where a jam is, and only there (seed %i)",
  (seed) => {
    const { inputs, jammed } = firstSeconds(60, seed);
    const { effects } = tryFlow(shipped("congestion"), inputs);
    const raised = effects.filter((effect) => effect.type === "raise");
    expect(raised.length).toBeGreaterThan(0);
    for (const { deviceName } of raised) expect(jammed).toContain(deviceName);
    const slowed = effects.filter(
      (effect) => effect.type === "command" && JSON.stringify(effect.params) === '{"kmh":40}',
    );
    expect(slowed).toHaveLength(raised.length);
    expect(effects.filter((effect) => effect.type === "dead-letter")).toEqual([]);
  },
);

it.each([1, 2, 3])("within two minutes a broken sensor is found, and no sound one (seed %i)", (seed) => {
  const { inputs, broken } = firstSeconds(120, seed);
  const { effects } = tryFlow(shipped("sensor-health"), inputs);
  const raised = effects.filter((effect) => effect.type === "raise");
  expect(raised.map(({ alarm }) => alarm)).toContain("Sensor stuck");
  expect(raised.map(({ alarm }) => alarm)).toContain("Sensor fault");
  for (const { deviceName, alarm } of raised)
    expect(broken.get(deviceName) === "stuck", deviceName).toBe(alarm === "Sensor stuck");
});

it("every sound station gets a travel report of every half minute", () => {
  const { inputs, broken } = firstSeconds(61, 1);
  const { effects } = tryFlow(shipped("travel-report"), inputs);
  const reports = effects.filter((effect) => effect.type === "point");
  expect(effects).toHaveLength(reports.length);
  const sound = stationsOf(demoStations).filter(({ name }) => !broken.has(name));
  expect(sound.length).toBeGreaterThan(30);
  for (const { name } of sound)
    expect(
      reports.filter(({ device }) => device === name),
      name,
    ).toHaveLength(2);
});
