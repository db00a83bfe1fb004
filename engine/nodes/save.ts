import * as z from "zod";
import type { Point } from "../model/point.ts";
import type { Value } from "../model/value.ts";
import { fieldName, listed } from "./field.ts";
import { defineKind } from "./kind.ts";
import { isNumber } from "./number.ts";

const configSchema = z
  .strictObject({
    measurement: z
      .string()
      .max(128)
      .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, "must be a letter or _, then letters, digits, _ . or -")
      .meta({ title: "Measurement", description: "Name of the series table", examples: ["traffic"] }),
    fields: z
      .array(fieldName)
      .max(200)
      .optional()
      .meta({ title: "Fields", description: "What to save; none chosen: every number, text and true/false" }),
    tags: z
      .array(fieldName.refine((name) => name !== "device", "is always a tag; take it out"))
      .max(20)
      .default([])
      .meta({
        title: "Tags",
        description: "Fields to sort by, such as road or room; each new value makes a new series",
      }),
  })
  .superRefine(({ fields, tags }, context) => {
    for (const [index, name] of (fields ?? []).entries())
      if (tags.includes(name))
        context.addIssue({
          code: "custom",
          path: ["fields", index],
          message: `is also a tag; take "${name}" out of one of the two`,
        });
  });

/** Writes a message's fields to the series store. */
export const save = defineKind({
  kind: "save",
  version: 1,
  title: "Save",
  group: "Act",
  icon: "database",
  summary: "Saves the fields of a message as a point of a series.",
  help: `One message becomes one point of the measurement, at the message's own time, tagged with the device. Saving the same
message twice leaves one point.

- Numbers, text and true/false are saved. **Missing** fields, **null**, **infinite** numbers, lists and maps are left out.
- When nothing is left to save, the message becomes a dead letter that says so.
- A field must keep its type: InfluxDB refuses a text where numbers were saved before.
- A **tag** that is missing, empty or a list is left out. Use tags for few values (road, room), never for readings.`,
  outputs: [],
  config: configSchema,
  describe: ({ measurement, fields }) =>
    `${fields?.length ? listed(fields) : "all fields"} to ${measurement}`,
  create({ measurement, fields, tags }) {
    const isTag = new Set(tags);
    return {
      evaluate({ device, values, ts }) {
        const point: Point = { measurement, tags: { device: device.id }, fields: {}, ts };
        for (const name of tags) {
          const value = values[name];
          if (isScalar(value) && value !== "") point.tags[name] = String(value);
        }
        let isEmpty = true;
        const keep = (name: string, value: Value | undefined) => {
          if (!isScalar(value)) return;
          point.fields[name] = value;
          isEmpty = false;
        };
        if (fields?.length) for (const name of fields) keep(name, values[name]);
        else for (const name in values) if (!isTag.has(name)) keep(name, values[name]);
        if (isEmpty)
          throw new Error(
            `Nothing to save: the message holds no number, text or true/false${fields?.length ? ` in ${listed(fields)}` : ""}. Filter such messages out before, or choose other fields.`,
          );
        return { wishes: [{ type: "point", ...point }] };
      },
    };
  },
  examples: [
    {
      title: "every number, text and true/false is saved",
      config: { measurement: "traffic" },
      given: [
        { at: 1000, ts: 900, values: { speed: 52, lane: "left", wet: true, raw: [1, 2], spare: null } },
      ],
      expect: {
        wishes: [
          { type: "point", measurement: "traffic", ts: 900, fields: { speed: 52, lane: "left", wet: true } },
        ],
      },
    },
    {
      title: "a tag sorts the series and is no field",
      config: { measurement: "cold_room", tags: ["room"] },
      given: [{ at: 1000, values: { room: "B2", temperature: -18.5 }, device: { id: "probe-7" } }],
      expect: {
        wishes: [
          {
            type: "point",
            measurement: "cold_room",
            tags: { device: "probe-7", room: "B2" },
            fields: { temperature: -18.5 },
          },
        ],
      },
    },
    {
      title: "only the chosen fields are saved, as far as they are there",
      config: { measurement: "traffic", fields: ["speed", "count"] },
      given: [{ at: 1000, values: { speed: 52, temperature: 20 } }],
      expect: { wishes: [{ type: "point", measurement: "traffic", fields: { speed: 52 } }] },
    },
  ],
});

function isScalar(value: Value | undefined): value is number | string | boolean {
  return isNumber(value) || typeof value === "string" || typeof value === "boolean";
}
