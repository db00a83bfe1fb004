import { t } from "../text/text.ts";
import type { Endpoints } from "./queries.ts";

/** A line for the terminal, and what it does. */
export interface Line {
  label: string;
  command: string;
}

const reading = `'{"speed": 41}'`;
const json = "-H 'Content-Type: application/json'";

export function createLine(origin: string, token: string): Line {
  return {
    label: t("connect.create"),
    command: `curl -X POST ${origin}/api/devices ${json} -d '{"name": "my-sensor", "token": "${token}"}'`,
  };
}

/** One line for each way in that the server has. `page` is the address that the page came from. */
export function readingLines(
  { mqtt, coap }: Endpoints,
  page: { origin: string; hostname: string },
  token: string,
): Line[] {
  const lines: Line[] = [];
  if (mqtt) {
    const { host, port } = reach(mqtt, page.hostname);
    lines.push({
      label: t("connect.mqtt"),
      command: `mosquitto_pub -h ${host.replace(/^\[|\]$/g, "")} -p ${port} -u ${token} -t v1/devices/me/telemetry -m ${reading}`,
    });
  }
  // Devices speak HTTP where the page is served, if they are let in there at all.
  if (mqtt || coap)
    lines.push({
      label: t("connect.http"),
      command: `curl -X POST ${page.origin}/api/v1/${token}/telemetry ${json} -d ${reading}`,
    });
  if (coap) {
    const { host, port } = reach(coap, page.hostname);
    lines.push({
      label: t("connect.coap"),
      command: `coap-client-notls -m post -t json -e ${reading} coap://${host}:${port}/api/v1/${token}/telemetry`,
    });
  }
  return lines;
}

/** A server that listens on every address is reached where the page was. */
function reach(url: string, pageHost: string) {
  const { hostname, port } = new URL(url);
  const everywhere = hostname === "0.0.0.0" || hostname === "[::]";
  return { host: everywhere ? pageHost : hostname, port };
}
