import * as z from "zod";
import { MillraceError } from "../model/errors.ts";
import { aggregates } from "../model/series.ts";
import { durationBetween, parseDuration } from "../rules/duration.ts";
import { defineRoute } from "./route.ts";
import { rfc3339, timeSchema } from "./time.ts";

const hourMs = 3_600_000;
const maxSamples = 50_000;

const sample = z.object({
  ts: z.iso.datetime(),
  value: z.union([z.number(), z.string(), z.boolean(), z.null()]),
});

export const seriesRoutes = [
  defineRoute({
    method: "get",
    path: "/api/series",
    summary: "Read the points of one key, raw or in buckets",
    group: "Series",
    query: z.strictObject({
      device: z.string().min(1).max(128).meta({ description: "Id of a device" }),
      key: z.string().min(1).max(256),
      measurement: z.string().min(1).max(256).optional().meta({ description: "Left out: all that have it" }),
      from: timeSchema.optional().meta({ description: "RFC 3339 or ms since 1970; an hour before `to`" }),
      to: timeSchema.optional().meta({ description: "RFC 3339 or ms since 1970, not included; now" }),
      every: durationBetween("1ms", "366d")
        .optional()
        .meta({ description: 'Width of a bucket such as "1m"; raw points' }),
      fn: z.enum(aggregates).default("avg").meta({ description: "What a bucket tells of its points" }),
      limit: z.coerce.number().int().min(1).max(maxSamples).default(10_000),
    }),
    answers: {
      200: z.object({
        from: z.iso.datetime(),
        to: z.iso.datetime(),
        everyMs: z.int().nullable(),
        fn: z.enum(aggregates),
        items: z.array(sample).meta({ description: "Oldest first; a bucket's time is its start" }),
        truncated: z.boolean().meta({ description: "There is more: ask again from the last time" }),
      }),
    },
    async handler({ query }, { series }) {
      const { every, fn, limit, to = Date.now(), from = to - hourMs, ...of } = query;
      const everyMs = every === undefined ? undefined : parseDuration(every);
      if (from >= to)
        throw new MillraceError("bad_request", "The query asks for no time at all; `from` lies before `to`.");
      if (everyMs && (to - from) / everyMs > maxSamples)
        throw new MillraceError(
          "bad_request",
          `The query asks for more than ${maxSamples} buckets; make \`every\` longer or the time shorter.`,
        );
      // One more than asked for tells whether there is more.
      const samples = await series.query({ ...of, from, to, everyMs, fn, limit: limit + 1 });
      return {
        body: {
          from: rfc3339(from),
          to: rfc3339(to),
          everyMs: everyMs ?? null,
          fn,
          items: samples.slice(0, limit).map(({ ts, value }) => ({ ts: rfc3339(ts), value })),
          truncated: samples.length > limit,
        },
      };
    },
  }),
];
