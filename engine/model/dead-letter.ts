import * as z from "zod";

export const deadLetterSchema = z.object({
  id: z.string(),
  reason: z.string().meta({ description: "Stable code" }),
  message: z.string().meta({ description: "What went wrong and how to mend it" }),
  device: z.string().nullable(),
  flow: z.string().nullable(),
  version: z.int().nullable(),
  node: z.string().nullable(),
  arrivedAt: z.iso.datetime(),
  raw: z.string().meta({ description: "The bytes as they came, base64" }),
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;
