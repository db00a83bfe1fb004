import { type addDevice, ask } from "../test/support/product.ts";

export interface Counts {
  gateways: number;
  devices: number;
  /** Devices that connect by themselves. */
  probes: number;
}

/** Tokens, by number of the device. */
export interface Population {
  gateways: string[];
  probes: string[];
  devices: string[];
}

const linesAtOnce = 5000;

/** Device `detector-7` stands behind `gateway-<7 mod gateways>`. All but the gateways have the profile `detector`. */
export async function populate(http: string, counts: Counts): Promise<Population> {
  await ask(`${http}/api/profiles/detector`, "PUT", { class: "industrial" });
  const profile = "detector";
  const detectors = Array.from({ length: counts.devices }, (_, i) => {
    const gateway = `gateway-${i % counts.gateways}`;
    return { name: `detector-${i}`, profile, attributes: { gateway, road: roadOf(i) } };
  });
  const alone = Array.from({ length: counts.probes }, (_, i) => {
    return { name: `probe-${i}`, profile, attributes: { road: roadOf(i) } };
  });
  const gateways = Array.from({ length: counts.gateways }, (_, i) => ({ name: `gateway-${i}` }));
  return {
    gateways: await addDevices(http, gateways),
    probes: await addDevices(http, alone),
    devices: await addDevices(http, detectors),
  };
}

/** The road of a detector; the peers know it by number as the product does by attribute. */
export const roadOf = (device: number) => `A${device % 20}`;

/** Makes devices through the bulk import; gives their tokens in the same order. */
async function addDevices(http: string, devices: Parameters<typeof addDevice>[1][]): Promise<string[]> {
  const tokens: string[] = [];
  for (let at = 0; at < devices.length; at += linesAtOnce) {
    const lines = devices.slice(at, at + linesAtOnce).map((device) => JSON.stringify(device));
    const answer = await fetch(`${http}/api/devices/bulk`, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: lines.join("\n"),
    });
    const told = await answer.text();
    if (!answer.ok) throw new Error(`POST /api/devices/bulk: ${answer.status} ${told}`);
    const made = JSON.parse(told) as {
      devices: { line: number; token: string }[];
      problems: { detail: string }[];
    };
    if (made.problems.length > 0) throw new Error(`A device was refused: ${made.problems[0]!.detail}`);
    tokens.push(...made.devices.sort((a, b) => a.line - b.line).map(({ token }) => token));
  }
  return tokens;
}
