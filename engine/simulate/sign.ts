import type { Value, Values } from "../model/value.ts";
import type { City } from "./city.ts";
import type { Station } from "./map.ts";

/** A sign forgets a limit that nobody repeats. */
export const signHoldMs = 180_000;

/**
 * What the station does with a command: `setLimit {kmh}` with 20 to 130 km/h, shown from now on for three minutes.
 * Anything else is answered with an `error` and changes nothing.
 */
export function obey(
  city: City,
  station: Station,
  command: { method: string; params: Value },
): { city: City; answer: Values } {
  if (command.method !== "setLimit")
    return { city, answer: { error: `This sign knows setLimit, not ${command.method}.` } };
  const kmh = fieldOf(command.params, "kmh");
  if (typeof kmh !== "number" || !(kmh >= 20 && kmh <= 130))
    return { city, answer: { error: "setLimit needs kmh, a number from 20 to 130." } };
  const { [station.name]: _, ...others } = city.signs;
  const signs =
    kmh === station.limit ? others : { ...others, [station.name]: { kmh, until: city.now + signHoldMs } };
  return { city: { ...city, signs }, answer: { ok: true, kmh } };
}

const fieldOf = (value: Value, name: string) =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? value[name] : undefined;
