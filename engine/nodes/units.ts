/** A unit as `factor * x + offset` in its dimension's base unit. Factors are exact definitions where there are such. */
interface Unit {
  dimension: string;
  factor: number;
  offset?: number;
}

const inch = 0.0254;
const mile = 1609.344;
const pound = 0.45359237;
const gallon = 231 * inch ** 3;
const dimensions: Record<string, Record<string, number | readonly [factor: number, offset: number]>> = {
  temperature: { K: 1, "°C": [1, 273.15], "°F": [5 / 9, 273.15 - 160 / 9] },
  speed: { "m/s": 1, "km/h": 1 / 3.6, mph: mile / 3600, kn: 1852 / 3600 },
  length: { m: 1, mm: 0.001, cm: 0.01, km: 1000, in: inch, ft: 12 * inch, mi: mile },
  pressure: { Pa: 1, hPa: 100, kPa: 1000, mbar: 100, bar: 100_000, psi: (pound * 9.80665) / inch ** 2 },
  flow: { "m³/s": 1, "m³/h": 1 / 3600, "l/s": 0.001, "l/min": 0.001 / 60, "gal/min": gallon / 60 },
  volume: { "m³": 1, l: 0.001, ml: 1e-6, gal: gallon },
  mass: { kg: 1, g: 0.001, t: 1000, lb: pound },
  power: { W: 1, kW: 1000, MW: 1e6, hp: 550 * 12 * inch * pound * 9.80665 },
  energy: { J: 1, kJ: 1000, MJ: 1e6, Wh: 3600, kWh: 3.6e6, MWh: 3.6e9 },
  time: { s: 1, ms: 0.001, min: 60, h: 3600, d: 86_400 },
  share: { "1": 1, "%": 0.01, "‰": 0.001, ppm: 1e-6 },
};

const units = new Map<string, Unit>();
for (const [dimension, members] of Object.entries(dimensions))
  for (const [name, member] of Object.entries(members)) {
    const [factor, offset] = typeof member === "number" ? [member] : member;
    units.set(name, { dimension, factor, offset });
  }

export const unitNames = [...units.keys()] as [string, ...string[]];

/** Names of the units that `name` can be turned into, itself included. */
export function unitsLike(name: string): string[] {
  return Object.keys(dimensions[units.get(name)!.dimension]!);
}

/** A function from one unit to the other; undefined where they do not measure the same. */
export function converter(from: string, to: string): ((value: number) => number) | undefined {
  const [a, b] = [units.get(from), units.get(to)];
  if (!a || !b || a.dimension !== b.dimension) return undefined;
  if (from === to) return (value) => value;
  const { factor, offset = 0 } = a;
  if (offset || b.offset) return (value) => clean((value * factor + offset - (b.offset ?? 0)) / b.factor);
  const ratio = factor / b.factor;
  return (value) => clean(value * ratio);
}

/** Takes away what only the binary notation of factors adds: 12 digits are more than any sensor has. */
const clean = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(12)) : value);
