/** One row of a series. Measurement, tags and time are its key: writing it twice leaves one. */
export interface Point {
  measurement: string;
  /** Always holds `device`, the device's id. */
  tags: Record<string, string>;
  fields: Record<string, number | string | boolean>;
  /** Milliseconds since the epoch. */
  ts: number;
}
