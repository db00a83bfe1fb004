import type { Direction, Station } from "./map.ts";
import { between, eventCount, noise, pick, type Random, randomFrom, waitingTime } from "./random.ts";

/** What a loop detector tells: mean speed in km/h, share of time covered in %, vehicles since its last reading. */
export interface Reading {
  speed: number;
  occupancy: number;
  count: number;
}

export interface Jam {
  road: string;
  direction: Direction;
  /** Its middle, along the direction of travel. */
  km: number;
  halfKm: number;
  ageMs: number;
  lifeMs: number;
}

export type Fault = { station: string; until: number } & (
  | { type: "stuck"; reading: Reading }
  | { type: "blocked" }
  | { type: "negative" }
);

export interface City {
  readonly stations: readonly Station[];
  readonly startedAt: number;
  readonly now: number;
  readonly jams: readonly Jam[];
  readonly nextJamAt: number;
  readonly faults: readonly Fault[];
  readonly nextFaultAt: number;
  readonly faultsSoFar: number;
  /** Signs that show another limit than usual, by station name. */
  readonly signs: Readonly<Record<string, { kmh: number; until: number }>>;
}

/** A day of the city takes 24 minutes, and begins in the morning rush. */
const dayMs = 24 * 60_000;
const firstHour = 7;
const firstJamAfterMs = 3_000;
const firstFaultAfterMs = 12_000;
const jamGrowMs = 5_000;
const jamFadeMs = 15_000;
const jamEdgeKm = 0.4;
/** Jams move against the traffic. */
const jamKmPerMs = -0.8 / 60_000;
const faultTypes = ["stuck", "blocked", "negative"] as const;

/** An empty city in the morning; `now` in ms since the epoch. */
export function openCity(stations: readonly Station[], now: number): City {
  return {
    stations,
    startedAt: now,
    now,
    jams: [],
    nextJamAt: now + firstJamAfterMs,
    faults: [],
    nextFaultAt: now + firstFaultAfterMs,
    faultsSoFar: 0,
    signs: {},
  };
}

/** The city at `now` (ms since the epoch): jams age, wander and come, sensors break and are mended. */
export function step(city: City, now: number, random: Random): City {
  const passedMs = Math.max(0, now - city.now);
  const signs = Object.fromEntries(Object.entries(city.signs).filter(([, sign]) => sign.until > now));
  const jams = city.jams
    .map((jam) => ({
      ...jam,
      km: jam.km + jamKmPerMs * passedMs,
      ageMs: jam.ageMs + passedMs * (isCalmed({ ...city, signs }, jam) ? 1.5 : 1),
    }))
    .filter((jam) => jam.ageMs < jam.lifeMs && jam.km > 0);
  const faults = city.faults.filter((fault) => fault.until > now);
  const next: City = { ...city, now, signs, jams, faults };
  return breakSensor(startJam(next, random), random);
}

function startJam(city: City, random: Random): City {
  if (city.now < city.nextJamAt) return city;
  const meanMs = 20_000 / Math.max(0.2, demand(hourOf(city), "inbound"));
  const nextJamAt = city.now + 5_000 + waitingTime(random, meanMs);
  const where = pick(random, city.stations);
  const lifeMs = between(random, 60_000, 120_000);
  if (city.jams.length >= Math.max(3, city.stations.length / 16)) return { ...city, nextJamAt };
  const { road, direction, km } = where;
  return { ...city, nextJamAt, jams: [...city.jams, { road, direction, km, halfKm: 1, ageMs: 0, lifeMs }] };
}

function breakSensor(city: City, random: Random): City {
  if (city.now < city.nextFaultAt) return city;
  const nextFaultAt = city.now + 10_000 + waitingTime(random, 1_400_000 / city.stations.length);
  const station = pick(random, city.stations);
  const until = city.now + between(random, 45_000, 75_000);
  const held = random() * 2 ** 32;
  const spare = city.faults.length < Math.max(2, city.stations.length / 50);
  const busy = jamAt(city, station) > 0 || city.faults.some((fault) => fault.station === station.name);
  // A stuck sensor in a jam would hide the jam's end: try again in a moment.
  if (!spare || busy) return { ...city, nextFaultAt: city.now + 1_000 };
  const type = faultTypes[city.faultsSoFar % faultTypes.length]!;
  const common = { station: station.name, until };
  const fault: Fault =
    type === "stuck"
      ? { ...common, type, reading: measure(city, station, 1_000, randomFrom(held)) }
      : { ...common, type };
  return { ...city, nextFaultAt, faultsSoFar: city.faultsSoFar + 1, faults: [...city.faults, fault] };
}

/** What the station's detector reports now for the last `sinceMs` milliseconds, faults included. */
export function measure(city: City, station: Station, sinceMs: number, random: Random): Reading {
  const jammed = jamAt(city, station);
  const wanted = demand(hourOf(city), station.direction);
  const open = Math.min(station.freeFlow * (1 - 0.25 * wanted ** 2), shownLimit(city, station) * 1.03);
  const speed = Math.max(2, mix(open, 9, jammed) * (1 + 0.05 * noise(random)));
  const vehiclesPerHour = mix(1_800 * wanted, 700, jammed);
  // Vehicles per km, each covering the loop for 7.5 m of its way.
  const occupancy = Math.min(95, (vehiclesPerHour / speed) * 0.75 * (1 + 0.08 * noise(random)));
  const count = eventCount(random, (vehiclesPerHour * sinceMs) / 3_600_000);
  const reading = { speed: toTenths(speed), occupancy: toTenths(occupancy), count };

  const fault = city.faults.find((each) => each.station === station.name);
  switch (fault?.type) {
    case undefined:
      return reading;
    case "stuck":
      return fault.reading;
    case "blocked":
      return { speed: 0, occupancy: 100, count: 0 };
    case "negative":
      return { ...reading, speed: -1 };
    default:
      return fault satisfies never;
  }
}

/** The limit that the station's sign shows, in km/h. */
export function shownLimit(city: City, station: Station): number {
  return city.signs[station.name]?.kmh ?? station.limit;
}

/** How much of a jam stands at the station: 0 none, 1 all of it. */
export function jamAt(city: City, station: Station): number {
  let most = 0;
  for (const jam of city.jams) {
    if (!isOn(jam, station)) continue;
    const near = within((jam.halfKm - Math.abs(jam.km - station.km)) / jamEdgeKm);
    const strong = within(Math.min(jam.ageMs / jamGrowMs, (jam.lifeMs - jam.ageMs) / jamFadeMs));
    most = Math.max(most, near * strong);
  }
  return most;
}

/** Hours since midnight in the city, 0 to 24. */
export function hourOf(city: City): number {
  return (firstHour + ((city.now - city.startedAt) / dayMs) * 24) % 24;
}

/** Share of a lane's capacity that wants to pass at an hour: into the city in the morning, out of it later. */
export function demand(hour: number, direction: Direction): number {
  const bell = (peak: number, width: number) => Math.exp(-(((hour - peak) / width) ** 2) / 2);
  const [morning, evening] = direction === "inbound" ? [0.65, 0.3] : [0.3, 0.65];
  return Math.min(1, 0.06 + 0.35 * bell(13, 4) + morning * bell(8, 1.1) + evening * bell(17.5, 1.5));
}

const isOn = (jam: Jam, station: Station) => jam.road === station.road && jam.direction === station.direction;

/** A lower limit on a sign in the jam lets it dissolve sooner. */
function isCalmed(city: City, jam: Jam): boolean {
  return Object.keys(city.signs).some((name) => {
    const station = city.stations.find((each) => each.name === name);
    return station !== undefined && isOn(jam, station) && shownLimit(city, station) < station.limit;
  });
}

const mix = (from: number, to: number, share: number) => from + (to - from) * share;
const within = (share: number) => Math.min(1, Math.max(0, share));
const toTenths = (value: number) => Math.round(value * 10) / 10;
