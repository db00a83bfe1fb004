import { setInterval } from "node:timers/promises";
import type { Values } from "../model/value.ts";
import { type City, measure, openCity, shownLimit, step } from "./city.ts";
import type { LinkOptions, StationLink } from "./link.ts";
import type { Station } from "./map.ts";
import { type Random, randomFrom } from "./random.ts";
import { obey } from "./sign.ts";

const stepMs = 100;
/** A station that waits for so many acknowledgements skips readings, as a small device would. */
const maxWaiting = 32;
const maxLagMs = 1_000;
const lastAcksMs = 2_000;

/** Counts since the start. */
export interface Totals {
  sent: number;
  acknowledged: number;
  /** Refused by the server, or given up. */
  failed: number;
  /** Readings skipped because the server was slow. */
  skipped: number;
  commands: number;
}

export const noTotals: Readonly<Totals> = { sent: 0, acknowledged: 0, failed: 0, skipped: 0, commands: 0 };

interface Member {
  station: Station;
  link: StationLink;
  nextAt: number;
  announced: number | undefined;
}

export interface FleetOptions {
  stations: readonly Station[];
  /** Messages per second of all stations together. */
  rate: number;
  random: Random;
  signal: AbortSignal;
  open(station: Station, obey: LinkOptions["obey"]): StationLink;
  /** Called about once a second. */
  progress?(totals: Totals): void;
}

/** Drives the city and its stations' connections until `signal` aborts; resolves when all links are closed. */
export async function runFleet({
  stations,
  rate,
  random,
  signal,
  open,
  progress,
}: FleetOptions): Promise<Totals> {
  const totals: Totals = { ...noTotals };
  // How many readings are drawn depends on the clock; what happens in the city must not.
  const readingNoise = randomFrom(random() * 2 ** 32);
  const periodMs = (stations.length / rate) * 1_000;
  let city: City = openCity(stations, Date.now());

  const send = ({ link }: Member, type: "telemetry" | "attributes", body: Values) => {
    totals.sent++;
    link.send(type, body).then(
      () => totals.acknowledged++,
      () => totals.failed++,
    );
  };
  const members: Member[] = stations.map((station, index) => ({
    station,
    link: open(station, (command) => {
      totals.commands++;
      const result = obey(city, station, command);
      city = result.city;
      return result.answer;
    }),
    nextAt: Date.now() + (index * periodMs) / stations.length,
    announced: undefined,
  }));

  const visit = (member: Member, now: number) => {
    const { station, link } = member;
    if (member.nextAt < now - maxLagMs) member.nextAt = now - maxLagMs;
    for (; member.nextAt <= now; member.nextAt += periodMs) {
      if (link.waiting >= maxWaiting) totals.skipped++;
      else
        send(member, "telemetry", {
          ts: Math.round(member.nextAt),
          values: { ...measure(city, station, periodMs, readingNoise) },
        });
    }
    const shown = shownLimit(city, station);
    if (shown === member.announced || link.waiting >= maxWaiting) return;
    member.announced = shown;
    send(member, "attributes", { shownLimit: shown });
  };

  try {
    let toldAt = Date.now();
    for await (const _ of setInterval(stepMs, undefined, { signal })) {
      const now = Date.now();
      city = step(city, now, random);
      for (const member of members) visit(member, now);
      if (now - toldAt < 1_000) continue;
      toldAt = now;
      progress?.({ ...totals });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await lastAcks(members);
    await Promise.all(members.map((member) => member.link.close()));
  }
  return totals;
}

async function lastAcks(members: readonly Member[]) {
  const until = Date.now() + lastAcksMs;
  for await (const _ of setInterval(20))
    if (Date.now() > until || members.every((member) => member.link.waiting === 0)) return;
}
