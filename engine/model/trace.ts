import * as z from "zod";
import { valueSchema } from "./value.ts";

const values = z.record(z.string(), valueSchema);

/** One message's way through a flow that runs, as a sample; values are cut to a bounded size. */
export const traceSchema = z.object({
  /** Id of the message, or the tick. */
  message: z.string(),
  device: z.object({ id: z.string(), name: z.string() }),
  flow: z.string(),
  version: z.number(),
  /** Event time, or the time of the tick, ms. */
  at: z.number(),
  isTick: z.boolean(),
  /** What came in at first. */
  values,
  steps: z.array(
    z.object({
      node: z.string(),
      out: z.array(z.tuple([z.string(), values])),
      error: z.string().optional(),
    }),
  ),
  /** Steps that are left out. */
  more: z.number(),
});
export type Trace = z.infer<typeof traceSchema>;

/** What somebody watches: a flow, or one device in it. */
export interface Watch {
  flow: string;
  device?: string | undefined;
}

export const sameWatch = (a: Watch, b: Watch) => a.flow === b.flow && a.device === b.device;
