import { openCoapLink } from "./coap-link.ts";
import { noTotals, runFleet, type Totals } from "./fleet.ts";
import type { LinkOptions, StationLink } from "./link.ts";
import { demoStations, type Link, stationsOf } from "./map.ts";
import { openMqttLink } from "./mqtt-link.ts";
import { randomFrom } from "./random.ts";
import { register } from "./register.ts";

/** Here the first jams stand on roads with two lanes, under stations of both protocols. */
const demoSeed = 9;

export interface SimulateOptions {
  /** Addresses of a running server: `http://host:port`, `mqtt://host:port`, `coap://host:port`. */
  http: string;
  mqtt: string;
  coap: string;
  /** Messages per second of the whole city; one per station when left out. */
  rate?: number;
  /** How many stations; 40 when left out. */
  devices?: number;
  /** The same seed gives the same jams and faults at the same seconds. */
  seed?: number;
  /** Bearer token for the HTTP API, where the server asks for one. */
  accessToken?: string;
  signal: AbortSignal;
  log(level: "info" | "warn", message: string, fields?: Record<string, unknown>): void;
  /** Called about once a second. */
  progress?(totals: Totals): void;
}

/**
 * Runs a city of loop detectors with speed signs against a server, as real MQTT and CoAP clients, until `signal`
 * aborts. Devices are made at the first start and found again at the next. Resolves to counts since the start;
 * rejects with MillraceError `unavailable` when the HTTP API cannot be used.
 */
export async function simulate(options: SimulateOptions): Promise<Totals> {
  const { signal, log, progress } = options;
  const stations = stationsOf(options.devices ?? demoStations);
  const rate = options.rate ?? stations.length;
  const random = randomFrom(options.seed ?? demoSeed);
  const tokens = await register(options, stations).catch((error) => {
    if (!signal.aborted) throw error;
  });
  if (!tokens) return noTotals;
  log("info", "the simulated city starts", { stations: stations.length, rate });
  const troubled = new Set<string>();

  const totals = await runFleet({
    stations,
    rate,
    random,
    signal,
    progress,
    open: (station, obey) =>
      openLink(station.link, options, {
        token: tokens.get(station.name)!,
        obey,
        trouble(error) {
          // One line a station: a server that is away would fill the log.
          if (troubled.has(station.name)) return;
          troubled.add(station.name);
          log("warn", "a simulated station has trouble", { station: station.name, reason: error.message });
        },
      }),
  });
  log("info", "the simulated city has stopped", { ...totals });
  return totals;
}

function openLink(
  link: Link,
  { mqtt, coap }: { mqtt: string; coap: string },
  options: Omit<LinkOptions, "url">,
): StationLink {
  switch (link) {
    case "mqtt":
      return openMqttLink({ ...options, url: mqtt });
    case "coap-json":
      return openCoapLink({ ...options, url: coap, format: "json" });
    case "coap-cbor":
      return openCoapLink({ ...options, url: coap, format: "cbor" });
    default:
      return link satisfies never;
  }
}
