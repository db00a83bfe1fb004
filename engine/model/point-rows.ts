import type { Point } from "./point.ts";
import { mergePoints } from "./point-merge.ts";
import { storableJson } from "./storable-json.ts";

/** A JSON array of `[measurement, device, ts, {tag: value}, {field: value}]`; the tag `device` is the column. */
export function encodeRows(points: readonly Point[]): string {
  return storableJson(
    mergePoints(points).map(({ measurement, tags, fields, ts }) => {
      const { device = "", ...others } = tags;
      return [measurement, device, ts, others, fields];
    }),
  );
}
