import * as z from "zod";
import { valuesSchema } from "./value.ts";

/** Who wrote an attribute: the server alone, the server for the device to read, or the device itself. */
export const scopes = ["server", "shared", "client"] as const;
export type Scope = (typeof scopes)[number];

export const deviceName = z
  .string()
  .trim()
  .min(1)
  .max(128)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
  .regex(/^[^\u0000-\u001f\u007f]*$/, "must not contain control characters");

export const newDeviceSchema = z.strictObject({
  name: deviceName.meta({ title: "Name", description: "Unique name of the device" }),
  profile: z.string().min(1).max(64).default("default").meta({ title: "Profile" }),
  token: z
    .string()
    .regex(/^[A-Za-z0-9_.~-]{8,64}$/, "8 to 64 of A-Z a-z 0-9 _ . ~ -")
    .optional()
    .meta({ title: "Access token", description: "Made by the server when left out" }),
  attributes: valuesSchema.default({}).meta({ title: "Server attributes" }),
  shared: valuesSchema
    .default({})
    .meta({ title: "Shared attributes", description: "The device can read them" }),
});
export type NewDevice = z.infer<typeof newDeviceSchema>;

export const deviceSchema = z.object({
  id: z.string(),
  name: deviceName,
  profile: z.string(),
  token: z.string(),
  attributes: valuesSchema.meta({ description: "Attributes of the server scope" }),
  shared: valuesSchema.meta({ description: "Attributes the device may read" }),
  client: valuesSchema.meta({ description: "Attributes the device reported" }),
  revision: z.int().meta({ description: "Rises with every change of this device" }),
  createdAt: z.iso.datetime(),
});
export type Device = z.infer<typeof deviceSchema>;

/** A device that another one names in an attribute: what flows read of it, without what it reports about itself. */
export const relatedDeviceSchema = z.object({
  name: z.string(),
  profile: z.string(),
  attributes: valuesSchema.meta({ description: "Server and shared attributes; on one name server wins" }),
});
export type RelatedDevice = z.infer<typeof relatedDeviceSchema>;

/** What a flow sees of a device. */
export const deviceContextSchema = z.object({
  id: z.string(),
  name: z.string(),
  profile: z.string(),
  attributes: valuesSchema.meta({
    description: "Of all scopes; on one name server wins over shared over client",
  }),
  revision: z.int().meta({ description: "Rises with every change of this device" }),
  related: z
    .record(z.string(), relatedDeviceSchema)
    .optional()
    .meta({ description: "By the attribute that names it: other devices" }),
  relatedRevision: z.int().optional().meta({
    description: "Rises, while revision stays, with every change of those that are named; left out: 0",
  }),
});
export type DeviceContext = z.infer<typeof deviceContextSchema>;
