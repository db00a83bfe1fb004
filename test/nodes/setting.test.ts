import { expect, test } from "vitest";
import type { Message } from "../../engine/model/message.ts";
import {
  compileDuration,
  compileNumber,
  compileText,
  durationOrExpression,
  numberOrExpression,
} from "../../engine/nodes/setting.ts";

const device = { id: "d", name: "D", profile: "p", attributes: { limit: 5 }, revision: 1 };
const message: Message = { id: "1", device, type: "telemetry", ts: 1000, arrivedAt: 1000, values: { v: 2 } };

test("a number setting is a number, or calculated from the message and its device", () => {
  expect(compileNumber("band", 3)(message)).toBe(3);
  expect(compileNumber("band", "=v * device.attributes.limit")(message)).toBe(10);
  expect(() => compileNumber("band", "=-v", { min: 0 })(message)).toThrow(
    'The setting "band" came to -2; it must be a number of 0 or more.',
  );
  expect(() => compileNumber("band", '="x"')(message)).toThrow(/came to "x"/);
  expect(() => compileNumber("band", "=v *")).toThrow(/^band: The expression/);
  const schema = numberOrExpression({ min: 0, max: 9 });
  expect([0, 9, "=v"].map((it) => schema.safeParse(it).success)).toEqual([true, true, true]);
  expect([-1, 10, "v", "=", null].map((it) => schema.safeParse(it).success)).toEqual(Array(5).fill(false));
});

test("a text setting takes what is no list or map as text", () => {
  expect(compileText("name", "Jam")(message)).toBe("Jam");
  expect(compileText("name", '="tank " + string(v)')(message)).toBe("tank 2");
  expect(compileText("name", "=v")(message)).toBe("2");
  expect(() => compileText("name", "=[v]")(message)).toThrow(/must be a text of 1 to 256 characters\.$/);
});

test("a duration setting is calculated as text or as seconds, within its bounds", () => {
  const bounds = { min: "1s", max: "1h" };
  expect(compileDuration("after", "5m", bounds)(message)).toBe(300_000);
  expect(compileDuration("after", "=v * 60", bounds)(message)).toBe(120_000);
  expect(compileDuration("after", '="10s"', bounds)(message)).toBe(10_000);
  for (const wrong of ["=0", "=7200", "=null", "=true", '="soon"'])
    expect(() => compileDuration("after", wrong, bounds)(message)).toThrow(/duration/);
  expect(durationOrExpression("1s", "1h").safeParse("2h").success).toBe(false);
});
