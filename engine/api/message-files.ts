import * as z from "zod";
import { maxMessageFileBytes, messageFileSchema } from "../model/backtest.ts";
import { defineRoute } from "./route.ts";

export const messageFileRoutes = [
  defineRoute({
    method: "post",
    path: "/api/message-files",
    summary:
      "Upload messages for backtests: NDJSON, or CSV with the columns device, at and one for each value",
    group: "Flows",
    query: z.strictObject({
      profile: z
        .string()
        .min(1)
        .max(64)
        .default("default")
        .meta({ description: "Of devices that name none" }),
    }),
    receives: ["application/x-ndjson", "text/csv"],
    limitBytes: maxMessageFileBytes,
    answers: { 201: messageFileSchema },
    async handler({ query, incoming }, { messageFiles }) {
      const { type, bytes } = incoming();
      const format = type === "text/csv" ? "csv" : "ndjson";
      return { status: 201, body: await messageFiles.add(bytes, { format, ...query }) };
    },
  }),
];
