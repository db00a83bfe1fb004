import { describe, expect, it } from "vitest";
import {
  type City,
  demand,
  type Fault,
  jamAt,
  measure,
  openCity,
  type Reading,
  step,
} from "../../engine/simulate/city.ts";
import { demoStations, type Station, stationsOf } from "../../engine/simulate/map.ts";
import { randomFrom } from "../../engine/simulate/random.ts";
import { obey, signHoldMs } from "../../engine/simulate/sign.ts";

const start = Date.UTC(2026, 10, 20, 9);

interface Second {
  city: City;
  readings: { station: Station; reading: Reading; fault: Fault | undefined; jammed: number }[];
}

/** One entry a second, as the demo drives it: ten steps, then every station reports. */
function watch({
  seed,
  seconds,
  stations = demoStations,
}: {
  seed: number;
  seconds: number;
  stations?: number;
}) {
  const random = randomFrom(seed);
  let city = openCity(stationsOf(stations), start);
  const seen: Second[] = [];
  for (let second = 1; second <= seconds; second++) {
    for (let tenth = 1; tenth <= 10; tenth++)
      city = step(city, start + (second - 1) * 1000 + tenth * 100, random);
    const at = city;
    const readings = at.stations.map((station) => ({
      station,
      reading: measure(at, station, 1000, random),
      fault: at.faults.find((fault) => fault.station === station.name),
      jammed: jamAt(at, station),
    }));
    seen.push({ city, readings });
  }
  return seen;
}

const seeds = [1, 2, 3, 4, 5];
const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

describe("the city's traffic", () => {
  it("is the same for the same seed and differs for another", () => {
    const readings = (seed: number) => watch({ seed, seconds: 30 }).map((second) => second.readings);
    expect(readings(7)).toEqual(readings(7));
    expect(readings(7)).not.toEqual(readings(8));
  });

  it.each(seeds)("a jam stands somewhere within 20 seconds (seed %i)", (seed) => {
    const jammed = watch({ seed, seconds: 20 }).filter(({ readings }) =>
      readings.some((each) => each.jammed > 0.9),
    );
    expect(jammed.length).toBeGreaterThan(8);
  });

  it.each(seeds)("a jam lowers the speed and raises the occupancy (seed %i)", (seed) => {
    const whole = watch({ seed, seconds: 300 })
      .flatMap((second) => second.readings)
      .filter((each) => !each.fault);
    const inside = whole.filter((each) => each.jammed > 0.95).map((each) => each.reading);
    const outside = whole.filter((each) => each.jammed === 0).map((each) => each.reading);
    expect(inside.length).toBeGreaterThan(50);
    expect(Math.max(...inside.map((reading) => reading.speed))).toBeLessThan(20);
    expect(Math.min(...outside.map((reading) => reading.speed))).toBeGreaterThan(30);
    expect(mean(inside.map((reading) => reading.occupancy))).toBeGreaterThan(40);
    expect(mean(outside.map((reading) => reading.occupancy))).toBeLessThan(25);
  });

  it.each(seeds)("every jam moves against the traffic and dissolves (seed %i)", (seed) => {
    const seconds = watch({ seed, seconds: 400 });
    const first = seconds.find(({ city }) => city.jams.length > 0)?.city.jams[0];
    expect(first).toBeDefined();
    const later = seconds.flatMap(({ city }) => city.jams).filter((jam) => jam.lifeMs === first?.lifeMs);
    expect(later.length).toBeGreaterThan(20);
    expect(later.length).toBeLessThan(130);
    expect(later.at(-1)!.km).toBeLessThan(later[0]!.km);
  });

  it.each(seeds)("sensors break in all three ways and are mended (seed %i)", (seed) => {
    const seconds = watch({ seed, seconds: 400 });
    const broken = seconds.flatMap((second) => second.readings).filter((each) => each.fault);
    expect(new Set(broken.map((each) => each.fault!.type))).toEqual(
      new Set(["stuck", "blocked", "negative"]),
    );
    expect(seconds.findIndex(({ city }) => city.faults.length > 0)).toBeLessThan(30);
    for (const { fault, reading } of broken) {
      if (fault?.type === "stuck") expect(reading).toBe(fault.reading);
      if (fault?.type === "blocked") expect(reading).toEqual({ speed: 0, occupancy: 100, count: 0 });
      if (fault?.type === "negative") expect(reading.speed).toBe(-1);
    }
    const longest = Math.max(
      ...seconds.flatMap(({ city }) => city.faults.map((fault) => fault.until - city.now)),
    );
    expect(longest).toBeLessThanOrEqual(75_000);
  });

  it.each(seeds)("sound sensors report values a road can have (seed %i)", (seed) => {
    const sound = watch({ seed, seconds: 200 })
      .flatMap((second) => second.readings)
      .filter((each) => !each.fault)
      .map((each) => each.reading);
    expect(sound.length).toBeGreaterThan(7_000);
    for (const { speed, occupancy, count } of sound) {
      expect(speed).toBeGreaterThanOrEqual(2);
      expect(speed).toBeLessThan(100);
      expect(occupancy).toBeGreaterThanOrEqual(0);
      expect(occupancy).toBeLessThanOrEqual(95);
      expect(Number.isInteger(count) && count >= 0 && count < 10).toBe(true);
    }
  });

  it("two readings of a sound sensor in a row are hardly ever the same", () => {
    const seconds = watch({ seed: 11, seconds: 120 });
    let same = 0;
    let pairs = 0;
    for (const [index, { readings }] of seconds.entries())
      for (const [place, { reading, fault }] of readings.entries()) {
        const before = seconds[index - 1]?.readings[place];
        if (!before || fault || before.fault) continue;
        pairs++;
        if (before.reading.speed === reading.speed && before.reading.occupancy === reading.occupancy) same++;
      }
    expect(pairs).toBeGreaterThan(4_000);
    expect(same / pairs).toBeLessThan(0.01);
  });

  it("fills into the city in the morning and out of it in the evening", () => {
    expect(demand(8, "inbound")).toBeGreaterThan(demand(8, "outbound") + 0.2);
    expect(demand(17.5, "outbound")).toBeGreaterThan(demand(17.5, "inbound") + 0.2);
    expect(demand(3, "inbound")).toBeLessThan(0.15);
  });
});

describe("the map", () => {
  it.each([1, 7, 40, 48, 1000])("%i stations have as many names", (count) => {
    const stations = stationsOf(count);
    expect(stations).toHaveLength(count);
    expect(new Set(stations.map((station) => station.name)).size).toBe(count);
  });

  it("the demo has six roads, both directions, and a quarter of its stations on CoAP", () => {
    const stations = stationsOf(demoStations);
    expect(new Set(stations.map((station) => `${station.road} ${station.direction}`)).size).toBe(12);
    expect(stations.filter((station) => station.link === "mqtt")).toHaveLength(30);
    expect(stations.filter((station) => station.link === "coap-cbor")).toHaveLength(5);
  });
});

describe("a sign", () => {
  const [station] = stationsOf(1) as [Station];
  const city = openCity([station], start);
  const setLimit = (kmh: unknown) => ({ method: "setLimit", params: { kmh } as never });

  it("shows a limit it is told, answers with it, and forgets it after three minutes", () => {
    const told = obey(city, station, setLimit(40));
    expect(told.answer).toEqual({ ok: true, kmh: 40 });
    expect(told.city.signs[station.name]?.kmh).toBe(40);
    const random = randomFrom(1);
    expect(step(told.city, start + signHoldMs - 1, random).signs).toHaveProperty([station.name]);
    expect(step(told.city, start + signHoldMs, random).signs).toEqual({});
  });

  it("goes dark at its usual limit", () => {
    const told = obey(obey(city, station, setLimit(40)).city, station, setLimit(80));
    expect(told.answer).toEqual({ ok: true, kmh: 80 });
    expect(told.city.signs).toEqual({});
  });

  it.each([[10], [131], ["40"], [null], [undefined], [Number.NaN]])(
    "refuses setLimit with %j km/h",
    (kmh) => {
      const told = obey(city, station, setLimit(kmh));
      expect(told.answer).toHaveProperty("error");
      expect(told.city).toBe(city);
    },
  );

  it("refuses a command it does not know", () => {
    expect(obey(city, station, { method: "reboot", params: {} }).answer).toEqual({
      error: "This sign knows setLimit, not reboot.",
    });
  });

  it("slows the traffic under it, and lets a jam dissolve sooner", () => {
    const slow = obey(city, station, setLimit(40)).city;
    expect(measure(slow, station, 1000, randomFrom(1)).speed).toBeLessThan(45);
    const jam = {
      road: station.road,
      direction: station.direction,
      km: 1,
      halfKm: 1,
      ageMs: 0,
      lifeMs: 60_000,
    };
    const age = (from: City) => step({ ...from, jams: [jam] }, start + 1_000, randomFrom(1)).jams[0]?.ageMs;
    expect(age(city)).toBe(1_000);
    expect(age(slow)).toBe(1_500);
  });
});
