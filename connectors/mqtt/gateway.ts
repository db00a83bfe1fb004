import type { Upload } from "../../engine/model/host.ts";

export const gatewayTelemetry = "v1/gateway/telemetry";
export const gatewayAttributes = "v1/gateway/attributes";
/** A gateway says with these which devices it sees. Nothing depends on it: its messages name their devices. */
export const gatewayPresence = ["v1/gateway/connect", "v1/gateway/disconnect"];

export type Behind = { name: string; upload: Upload };
export type Wrong = { code: string; message: string };

/**
 * What a gateway sends for the devices behind it, apart by device: `{"Pump 7": [{"ts": 1, "values": {...}}], ...}` as
 * telemetry, `{"Pump 7": {...}}` as attributes.
 */
export function behindGateway(
  type: Upload["type"],
  payload: Buffer,
  identity: Pick<Upload, "id" | "redelivered">,
): Behind[] | Wrong {
  let devices: unknown;
  try {
    devices = JSON.parse(payload.toString());
  } catch (error) {
    return {
      code: "invalid_json",
      message: `A gateway's message must be JSON (${(error as Error).message}).`,
    };
  }
  if (typeof devices !== "object" || devices === null || Array.isArray(devices))
    return {
      code: "invalid_gateway_message",
      message: 'A gateway sends an object by device name: {"Pump 7": [...]}.',
    };
  try {
    return Object.entries(devices).map(([name, told]) => ({
      name,
      upload: { type, payload: JSON.stringify(told), ...identity },
    }));
  } catch {
    // JSON.parse takes any depth, JSON.stringify does not.
    return { code: "too_deep", message: "A gateway's message is nested too deep; make it flatter." };
  }
}
