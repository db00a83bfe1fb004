import type { Selectable } from "kysely";
import type { Device } from "../../model/device.ts";
import { iso } from "./instant.ts";
import type { Tables } from "./schema.ts";

export function toDevice(row: Selectable<Tables["devices"]>): Device {
  const { created_at, changed_at, ...same } = row;
  return { ...same, createdAt: iso(created_at) };
}
