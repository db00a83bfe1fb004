import * as z from "zod";
import { MillraceError } from "../model/errors.ts";
import type { Station } from "./map.ts";

/** The profile of every simulated station. */
export const profileName = "loop-detector";
const profile = {
  name: profileName,
  class: "industrial",
  description: "Loop detector in one lane, with a speed sign above it: speed (km/h), occupancy (%), count.",
};
const atOnce = 8;

const deviceAnswer = z.object({ name: z.string(), token: z.string() });
const pageAnswer = z.object({ items: z.array(deviceAnswer), next: z.string().nullable() });

export interface Place {
  /** Base address of the HTTP API, such as `http://127.0.0.1:8080`. */
  http: string;
  /** Bearer token, where the server asks for one. */
  accessToken?: string;
  signal: AbortSignal;
}

/**
 * Makes sure that the stations are devices of the server, and returns their tokens by name. Devices already there
 * under their names stay as they are. Throws MillraceError `unavailable` with the server's words.
 */
export async function register(place: Place, stations: readonly Station[]): Promise<Map<string, string>> {
  await call(place, "PUT", `/api/profiles/${profileName}`, profile);
  const wanted = new Set(stations.map((station) => station.name));
  const tokens = new Map<string, string>();
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query = new URLSearchParams({ profile: profileName, limit: "500", ...(cursor && { cursor }) });
    const page = pageAnswer.parse(await call(place, "GET", `/api/devices?${query}`));
    for (const { name, token } of page.items) if (wanted.has(name)) tokens.set(name, token);
    cursor = page.next;
  }
  const missing = stations.filter((station) => !tokens.has(station.name));
  for (let first = 0; first < missing.length; first += atOnce)
    await Promise.all(
      missing.slice(first, first + atOnce).map(async (station) => {
        const device = deviceAnswer.parse(await call(place, "POST", "/api/devices", newDevice(station)));
        tokens.set(device.name, device.token);
      }),
    );
  return tokens;
}

function newDevice({ name, road, lane, direction, km, lengthKm, limit, freeFlow }: Station) {
  return {
    name,
    profile: profileName,
    attributes: { road, lane, direction, km: Math.round(km * 10) / 10, lengthKm, limit, freeFlow },
  };
}

async function call({ http, accessToken, signal }: Place, method: string, path: string, body?: object) {
  const what = `${method} ${path.split("?")[0]}`;
  let response: Response;
  try {
    response = await fetch(new URL(path, http), {
      method,
      signal,
      headers: {
        ...(accessToken && { Authorization: `Bearer ${accessToken}` }),
        ...(body && { "Content-Type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    const message = `The simulated city cannot reach ${http}: start Millrace there, or name another address.`;
    throw new MillraceError("unavailable", message, undefined, { cause });
  }
  const text = await response.text();
  if (response.ok) return text === "" ? undefined : JSON.parse(text);
  const message = `The simulated city was refused by ${http}: ${what} gave ${response.status} ${text.slice(0, 300)}`;
  throw new MillraceError("unavailable", message);
}
