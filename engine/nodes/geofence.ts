import * as z from "zod";
import type { Message } from "../model/message.ts";
import type { Value } from "../model/value.ts";
import { type Area, areaSchema, type OpenArea, openArea } from "./area.ts";
import { distinct, fieldName, needsNumber } from "./field.ts";
import { geofenceExamples } from "./geofence-examples.ts";
import { defineKind } from "./kind.ts";
import { isNumber } from "./number.ts";

const areas = z
  .array(areaSchema)
  .max(100)
  .superRefine(distinct((it: Area) => it.name, "name"));

const configSchema = z
  .strictObject({
    latitude: fieldName
      .default("latitude")
      .meta({ title: "Latitude", description: "Field with degrees north", ...needsNumber }),
    longitude: fieldName
      .default("longitude")
      .meta({ title: "Longitude", description: "Field with degrees east", ...needsNumber }),
    areas: areas.default([]).meta({ title: "Areas", description: "Circles and polygons", widget: "areas" }),
    attribute: fieldName.optional().meta({
      title: "Areas of the device",
      description: "Attribute that holds a list of areas of the same form; they come beside those above",
      widget: "attribute",
    }),
  })
  .refine((it) => it.areas.length > 0 || it.attribute !== undefined, {
    path: ["areas"],
    message: "is empty; draw an area, or name an attribute of the device that holds some",
  });

/** Newest event time, and the names of the areas the device was in then. */
interface Whereabouts {
  t: number;
  in: string[];
}

/** Tells where a device is. */
export const geofence = defineKind({
  kind: "geofence",
  version: 1,
  title: "Geofence",
  group: "Decide",
  icon: "map-pin",
  summary: "Says which areas a device is in, and when it enters or leaves one.",
  help: `The position is read from two fields of the message, in degrees (WGS 84). Areas are circles (metres) and polygons (corners in
turn, each latitude and longitude; over the date line too, but not around a pole), drawn here or held by an **attribute of the
device** as a list of the same form, such as \`[{"name":"Depot","circle":{"latitude":52.5,"longitude":13.4,"radius":200}}]\`.

- Each message leaves by **inside**, with the names of its areas in \`areas\`, or by **outside**.
- Beside that, it leaves once by **entered** for each area it was not in with the message before, and by **left** for each it
  was in, with the name in \`area\`. The first known position inside an area counts as entering it.
- A message **older** than the newest one leaves by *inside* or *outside*, and enters and leaves nothing.
- When a coordinate is **missing**, **null**, **wrong-typed**, **infinite** or out of bounds (90, 180), or the attribute holds no sound
  list of areas, the message leaves by **unknown** as it came, and the device is taken to be where it was.

Exactly on the line may count either way, and so may positions that jitter around it: put *throttle* or a larger area where
that matters. Distances are on a sphere, right to 0.6 %. An area taken out of the settings is left with the next message.
The node remembers the names of at most 200 areas.`,
  outputs: [
    { name: "entered", title: "Has entered" },
    { name: "left", title: "Has left" },
    { name: "inside", title: "Is inside" },
    { name: "outside", title: "Is outside" },
    { name: "unknown", title: "No usable position" },
  ],
  config: configSchema,
  memory: () => true,
  fields: () => ({
    entered: [{ adds: [{ name: "area", type: "text" }] }],
    left: [{ adds: [{ name: "area", type: "text" }] }],
    inside: [{ adds: [{ name: "areas", type: "list" }] }],
  }),
  describe({ areas, attribute }) {
    const names = areas.map(({ name }) => name);
    if (attribute !== undefined) names.push(`areas of ${attribute}`);
    return `in ${names.join(", ")}`;
  },
  create({ latitude, longitude, areas, attribute }) {
    const fixed = areas.map(openArea);
    const areasOf = attribute === undefined ? () => fixed : withOwn(fixed, attribute);
    return {
      evaluate(message, state) {
        const { values, ts } = message;
        const lat = values[latitude];
        const lon = values[longitude];
        const all = areasOf(message);
        if (!all || !isWithin(lat, 90) || !isWithin(lon, 180)) return { out: [["unknown", message]] };
        const now: string[] = [];
        for (const area of all) if (area.contains(lat, lon) && !now.includes(area.name)) now.push(area.name);

        const before = state as Whereabouts | undefined;
        const stay =
          now.length > 0
            ? (["inside", added(message, "areas", now)] as const)
            : (["outside", message] as const);
        if (before && ts < before.t) return { out: [stay] };
        const was = before?.in ?? [];
        const out: (readonly [string, Message])[] = [];
        for (const name of was) if (!now.includes(name)) out.push(["left", added(message, "area", name)]);
        for (const name of now) if (!was.includes(name)) out.push(["entered", added(message, "area", name)]);
        out.push(stay);
        return { state: { t: ts, in: now } satisfies Whereabouts, out };
      },
    };
  },
  examples: geofenceExamples,
});

/** Areas of the settings and those of the device, which are read once for as long as the attribute stays the same. */
function withOwn(
  fixed: readonly OpenArea[],
  attribute: string,
): (message: Message) => readonly OpenArea[] | undefined {
  const known = new WeakMap<object, readonly OpenArea[] | undefined>();
  return ({ device }) => {
    const value = device.attributes[attribute];
    if (value === undefined || value === null) return fixed;
    if (typeof value !== "object") return undefined;
    if (!known.has(value)) {
      const read = areas.safeParse(value);
      known.set(value, read.success ? [...fixed, ...read.data.map(openArea)] : undefined);
    }
    return known.get(value);
  };
}

function isWithin(value: Value | undefined, most: number): value is number {
  return isNumber(value) && value >= -most && value <= most;
}

function added({ id, device, type, ts, arrivedAt, values }: Message, name: string, value: Value): Message {
  return { id, device, type, ts, arrivedAt, values: Object.assign({}, values, { [name]: value }) };
}
