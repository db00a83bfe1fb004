export const directions = ["inbound", "outbound"] as const;
export type Direction = (typeof directions)[number];

/** How a station talks to the server. */
export type Link = "mqtt" | "coap-json" | "coap-cbor";

/** One lane at one place of a road: a loop detector with a speed sign above it. */
export interface Station {
  name: string;
  road: string;
  direction: Direction;
  /** 1 is nearest to the start of the direction. */
  site: number;
  lane: number;
  /** Place along the direction of travel. */
  km: number;
  /** Length of road this station stands for. */
  lengthKm: number;
  /** Speed limit while the sign shows nothing else, in km/h. */
  limit: number;
  /** Usual speed on an empty road, in km/h. */
  freeFlow: number;
  link: Link;
}

const roads = [
  { name: "Harbour Road", lanes: 2, freeFlow: 72 },
  { name: "Mill Street", lanes: 1, freeFlow: 64 },
  { name: "North Ring", lanes: 2, freeFlow: 84 },
  { name: "River Drive", lanes: 2, freeFlow: 76 },
  { name: "Station Avenue", lanes: 1, freeFlow: 66 },
  { name: "West Ring", lanes: 2, freeFlow: 82 },
] as const;

export const siteSpacingKm = 1.2;
const limit = 80;

/** Six roads, both directions, two sites each: the city as the demo shows it. */
export const demoStations = 40;

/** The first `count` stations: every road gets its first site before any gets a second one. */
export function stationsOf(count: number): Station[] {
  const stations: Station[] = [];
  for (let site = 1; stations.length < count; site++)
    for (const road of roads)
      for (const direction of directions)
        for (let lane = 1; lane <= road.lanes; lane++) {
          if (stations.length === count) return stations;
          stations.push({
            name: `${road.name} ${direction} ${site}, lane ${lane}`,
            road: road.name,
            direction,
            site,
            lane,
            km: site * siteSpacingKm,
            lengthKm: siteSpacingKm,
            limit,
            freeFlow: road.freeFlow,
            link: linkOf(stations.length),
          });
        }
  return stations;
}

/** Every fourth station speaks CoAP; of these every second one CBOR. */
function linkOf(index: number): Link {
  if (index % 4 !== 3) return "mqtt";
  return index % 8 === 7 ? "coap-cbor" : "coap-json";
}
