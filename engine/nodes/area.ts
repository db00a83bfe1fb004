import * as z from "zod";

const latitude = z.number().min(-90).max(90).meta({ title: "Latitude", description: "Degrees north" });
const longitude = z.number().min(-180).max(180).meta({ title: "Longitude", description: "Degrees east" });

const circleSchema = z.strictObject({
  latitude,
  longitude,
  radius: z.number().positive().max(1_000_000).meta({ title: "Radius", description: "Metres" }),
});

/** A circle or a polygon with a name. */
export const areaSchema = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1, "must not be empty; name the area, such as Depot")
      .max(64)
      .meta({ title: "Name", examples: ["Depot"] }),
    circle: circleSchema.optional().meta({ title: "Circle" }),
    polygon: z
      .array(z.tuple([latitude, longitude]))
      .min(3, "needs at least three corners")
      .max(500)
      .optional()
      .meta({
        title: "Polygon",
        description: "Corners, each [latitude, longitude]; it closes by itself",
        widget: "polygon",
      }),
  })
  .refine((it) => (it.circle === undefined) !== (it.polygon === undefined), {
    message: "needs a circle or a polygon, one of the two",
    path: ["circle"],
  });
export type Area = z.infer<typeof areaSchema>;

export interface OpenArea {
  name: string;
  contains(latitude: number, longitude: number): boolean;
}

const degree = Math.PI / 180;
/** Mean radius of the earth in metres (IUGG). */
const earthRadius = 6_371_008.8;

/** Makes an area ready. Longitudes may go over the date line; an area around a pole is not meant. */
export function openArea({ name, circle, polygon }: Area): OpenArea {
  if (circle) {
    const { latitude, longitude, radius } = circle;
    return { name, contains: (lat, lon) => distance(latitude, longitude, lat, lon) <= radius };
  }
  const corners = unwound(polygon ?? []);
  return {
    name,
    // A polygon over the date line has longitudes beyond 180.
    contains: (lat, lon) =>
      isIn(corners, lat, lon) || isIn(corners, lat, lon + 360) || isIn(corners, lat, lon - 360),
  };
}

/** Distance on the sphere in metres, by the haversine formula; within 0.6 % of that on the earth. */
export function distance(latA: number, lonA: number, latB: number, lonB: number): number {
  const lat = Math.sin(((latB - latA) * degree) / 2);
  const lon = Math.sin(((lonB - lonA) * degree) / 2);
  const half = lat * lat + Math.cos(latA * degree) * Math.cos(latB * degree) * lon * lon;
  return 2 * earthRadius * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** Corners with longitudes that never jump by half the globe. */
function unwound(polygon: readonly (readonly [number, number])[]): (readonly [lat: number, lon: number])[] {
  let last = polygon[0]?.[1] ?? 0;
  return polygon.map(([lat, lon]) => {
    last = lon + 360 * Math.round((last - lon) / 360);
    return [lat, last] as const;
  });
}

/** Counts the edges east of the point: an odd number is inside. */
function isIn(corners: readonly (readonly [lat: number, lon: number])[], lat: number, lon: number): boolean {
  let inside = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [latI, lonI] = corners[i]!;
    const [latJ, lonJ] = corners[j]!;
    if (latI > lat !== latJ > lat && lon < ((lonJ - lonI) * (lat - latI)) / (latJ - latI) + lonI)
      inside = !inside;
  }
  return inside;
}
