import * as z from "zod";
import { payloadSchema } from "./payload.ts";

/** `industrial`: acknowledged after the durable enqueue, nothing lost. `consumer`: acknowledged on receipt. */
export const deliveryClasses = ["industrial", "consumer"] as const;
export type DeliveryClass = (typeof deliveryClasses)[number];

export const profileSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "lower-case letters, digits and dashes, at most 64")
    .meta({ title: "Name" }),
  class: z.enum(deliveryClasses).default("industrial").meta({ title: "Delivery class" }),
  description: z.string().max(500).default("").meta({ title: "Description" }),
  payload: payloadSchema.optional().meta({
    title: "Payload schema",
    description: "What the telemetry of these devices holds; left out: anything",
  }),
});
export type Profile = z.infer<typeof profileSchema>;
