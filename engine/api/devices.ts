import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import {
  type Device,
  deviceContextSchema,
  deviceName,
  deviceSchema,
  newDeviceSchema,
} from "../model/device.ts";
import { MillraceError } from "../model/errors.ts";
import { type Values, valuesSchema } from "../model/value.ts";
import { contextsOf } from "../pipeline/devices.ts";
import type { Registry } from "../store/registry.ts";
import { pageOf, pageQuery } from "./paging.ts";
import type { ApiParts } from "./parts.ts";
import { defineRoute } from "./route.ts";
import { rfc3339 } from "./time.ts";

const group = "Devices";
const params = z.object({ id: z.string().max(128) });

const merge = "Merged into what is there; null deletes a name";
const deviceChange = z.strictObject({
  name: deviceName.optional(),
  profile: z.string().min(1).max(64).optional(),
  attributes: valuesSchema.optional().meta({ title: "Server attributes", description: merge }),
  shared: valuesSchema.optional().meta({ title: "Shared attributes", description: merge }),
});

const latestSchema = z.record(
  z.string(),
  z.object({ ts: z.iso.datetime(), value: z.union([z.number(), z.string(), z.boolean(), z.null()]) }),
);

/** The device, or a not_found that says what to do. */
export async function findDevice(registry: Registry, id: string): Promise<Device> {
  const device = await registry.device(id);
  if (device) return device;
  throw new MillraceError("not_found", `There is no device "${id}"; GET /api/devices lists them.`);
}

async function requireProfile(registry: Registry, name: string | undefined) {
  if (name === undefined || (await registry.profile(name))) return;
  const message = `There is no profile "${name}"; GET /api/profiles lists them.`;
  throw new MillraceError("invalid_body", message, {
    problems: [{ code: "unknown_profile", message, path: "profile" }],
  });
}

/** Merges into one scope and tells the device's side of what really changed. */
async function mergeScope(parts: ApiParts, before: Device, scope: "server" | "shared", values: Values) {
  const held = scope === "server" ? before.attributes : before.shared;
  const changed = Object.fromEntries(
    Object.entries(values).filter(([name, value]) =>
      value === null ? Object.hasOwn(held, name) : !isDeepStrictEqual(held[name], value),
    ),
  );
  if (Object.keys(changed).length === 0) return before;
  const device = await parts.registry.mergeAttributes(before.id, scope, changed);
  await parts.after.attributesChanged(device, scope, changed);
  return device;
}

export const deviceRoutes = [
  defineRoute({
    method: "get",
    path: "/api/devices",
    summary: "List devices by name",
    group,
    query: pageQuery.extend({
      search: z.string().max(128).optional().meta({ description: "Part of the name or id, in any case" }),
      profile: z.string().max(64).optional(),
    }),
    answers: { 200: pageOf(deviceSchema) },
    handler: async ({ query }, { registry }) => ({ body: await registry.devices(query) }),
  }),
  defineRoute({
    method: "post",
    path: "/api/devices",
    summary: "Create a device",
    group,
    body: newDeviceSchema,
    answers: { 201: deviceSchema },
    errors: ["conflict"],
    async handler({ body }, { registry, after }) {
      await requireProfile(registry, body.profile);
      const device = await registry.createDevice(body);
      await after.deviceChanged(device);
      return { status: 201, headers: { Location: `/api/devices/${device.id}` }, body: device };
    },
  }),
  defineRoute({
    method: "get",
    path: "/api/devices/{id}",
    summary: "Show a device",
    group,
    params,
    answers: { 200: deviceSchema },
    errors: ["not_found"],
    handler: async ({ params }, { registry }) => ({ body: await findDevice(registry, params.id) }),
  }),
  defineRoute({
    method: "patch",
    path: "/api/devices/{id}",
    summary: "Change a device or its attributes",
    group,
    params,
    body: deviceChange,
    answers: { 200: deviceSchema },
    errors: ["not_found", "conflict"],
    async handler({ params, body }, parts) {
      const { attributes, shared, ...change } = body;
      const before = await findDevice(parts.registry, params.id);
      await requireProfile(parts.registry, change.profile);
      let device = before;
      if (Object.keys(change).length > 0) device = await parts.registry.updateDevice(params.id, change);
      if (attributes) device = await mergeScope(parts, device, "server", attributes);
      if (shared) device = await mergeScope(parts, device, "shared", shared);
      if (device.revision !== before.revision) await parts.after.deviceChanged(device);
      return { body: device };
    },
  }),
  defineRoute({
    method: "delete",
    path: "/api/devices/{id}",
    summary: "Delete a device",
    group,
    params,
    answers: { 204: null },
    errors: ["not_found"],
    async handler({ params }, { registry, after }) {
      const device = await findDevice(registry, params.id);
      await registry.deleteDevice(device.id);
      await after.deviceDeleted(device);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: "get",
    path: "/api/devices/{id}/context",
    summary: "Show what a flow sees of a device: its attributes, and those of the devices that they name",
    group,
    params,
    answers: { 200: deviceContextSchema },
    errors: ["not_found"],
    async handler({ params }, { registry }) {
      const device = await findDevice(registry, params.id);
      return { body: (await contextsOf([device], registry)).get(device.id) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/api/devices/{id}/latest",
    summary: "Show the newest value of each key",
    group,
    params,
    answers: { 200: latestSchema },
    errors: ["not_found"],
    async handler({ params }, { registry, series }) {
      const { id } = await findDevice(registry, params.id);
      const latest = Object.entries(await series.latest(id));
      const told = latest.map(([key, { ts, value }]) => [key, { ts: rfc3339(ts), value }]);
      return { body: Object.fromEntries(told) };
    },
  }),
];
