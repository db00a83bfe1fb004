import type { Example } from "./kind.ts";

const depot = { name: "Depot", circle: { latitude: 52.5, longitude: 13.4, radius: 500 } };

export const geofenceExamples: readonly Example[] = [
  {
    title: "a truck enters the depot, stays, and leaves it",
    config: { areas: [depot] },
    given: [
      { at: 1000, values: { latitude: 52.6, longitude: 13.4 } },
      { at: 2000, values: { latitude: 52.501, longitude: 13.4 } },
      { at: 3000, values: { latitude: 52.502, longitude: 13.4 } },
      { at: 4000, values: { latitude: 52.51, longitude: 13.4 } },
    ],
    expect: {
      out: [
        ["outside", { latitude: 52.6, longitude: 13.4 }],
        ["entered", { latitude: 52.501, longitude: 13.4, area: "Depot" }],
        ["inside", { latitude: 52.501, longitude: 13.4, areas: ["Depot"] }],
        ["inside", { latitude: 52.502, longitude: 13.4, areas: ["Depot"] }],
        ["left", { latitude: 52.51, longitude: 13.4, area: "Depot" }],
        ["outside", { latitude: 52.51, longitude: 13.4 }],
      ],
    },
  },
  {
    title: "the areas of a device are its attribute, in fields of other names",
    config: { latitude: "lat", longitude: "lon", attribute: "zones" },
    given: [
      {
        at: 1000,
        values: { lat: 0.5, lon: 179.9 },
        device: {
          attributes: {
            zones: [
              {
                name: "Over the date line",
                polygon: [
                  [0, 179],
                  [1, 179],
                  [1, -179],
                  [0, -179],
                ],
              },
            ],
          },
        },
      },
    ],
    expect: {
      out: [
        ["entered", { lat: 0.5, lon: 179.9, area: "Over the date line" }],
        ["inside", { lat: 0.5, lon: 179.9, areas: ["Over the date line"] }],
      ],
    },
  },
  {
    title: "a position that cannot be used is unknown, and the truck stays where it was",
    config: { areas: [depot] },
    given: [
      { at: 1000, values: { latitude: 52.5, longitude: 13.4 } },
      { at: 2000, values: { latitude: null, longitude: 13.4 } },
      { at: 3000, values: { latitude: "52.5", longitude: 13.4 } },
      { at: 4000, values: { latitude: 95, longitude: 13.4 } },
      { at: 5000, values: { latitude: 52.5, longitude: 13.4 } },
    ],
    expect: {
      out: [
        ["entered", { latitude: 52.5, longitude: 13.4, area: "Depot" }],
        ["inside", { latitude: 52.5, longitude: 13.4, areas: ["Depot"] }],
        ["unknown", { latitude: null, longitude: 13.4 }],
        ["unknown", { latitude: "52.5", longitude: 13.4 }],
        ["unknown", { latitude: 95, longitude: 13.4 }],
        ["inside", { latitude: 52.5, longitude: 13.4, areas: ["Depot"] }],
      ],
    },
  },
];
