import * as z from "zod";
import { type Values, valuesSchema } from "./value.ts";

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
export interface RelatedDevice {
  name: string;
  profile: string;
  attributes: Values;
}

/** What a flow sees of a device. `attributes` joins the scopes; on one name server wins over shared over client. */
export interface DeviceContext {
  id: string;
  name: string;
  profile: string;
  attributes: Values;
  revision: number;
  /** By the attribute that names it: other devices. */
  related?: Record<string, RelatedDevice>;
  /** Rises, while `revision` stays, with every change of those that are named. Left out: 0. */
  relatedRevision?: number;
}
