import { expect, test } from "vitest";
import type { Series } from "../../../engine/model/series.ts";
import { day, minuteMs, pointsOf, write } from "./points.ts";

export function latestCases(open: () => Series) {
  test("each key has its own newest value, from whatever measurement", async () => {
    await write(
      open(),
      pointsOf(
        "l",
        { fields: { speed: 1, door: true } },
        { tags: { lane: "2" }, fields: { speed: 2, text: "x" } },
        { measurement: "weather", fields: { speed: 3, wind: 7 } },
        { measurement: "weather", ts: day - minuteMs, fields: { wind: 6 } },
      ),
    );
    expect(await open().latest("l")).toEqual({
      speed: { ts: day + 2 * minuteMs, value: 3 },
      door: { ts: day, value: true },
      text: { ts: day + minuteMs, value: "x" },
      wind: { ts: day + 2 * minuteMs, value: 7 },
    });
  });

  test("a device that never wrote has none", async () => {
    expect(await open().latest("l-nobody")).toEqual({});
  });
}
