import "./english.ts";
import { afterEach, expect, test } from "vitest";
import * as z from "zod";
import { differenceWords } from "../../editor/src/cases/difference-words.ts";
import { changeWords } from "../../editor/src/flows/change-words.ts";
import { describe, type KindInfo, kindSchema } from "../../editor/src/flows/kind-info.ts";
import { settingWords } from "../../editor/src/form/setting-words.ts";
import { de, deKinds, deProblems } from "../../editor/src/text/de.ts";
import { translateKind } from "../../editor/src/text/kind-texts.ts";
import { kindTexts, speak, t } from "../../editor/src/text/text.ts";
import { severities } from "../../engine/model/alarm.ts";
import type { FlowNode } from "../../engine/model/flow.ts";
import { alert } from "../../engine/nodes/alert.ts";

afterEach(() => speak("en", "en-GB"));
const german = () =>
  speak("de", "de-DE", { texts: de as Record<string, string>, kinds: deKinds, problems: deProblems });

/** The kind as the page has it from the server, in its language. */
const told = (): KindInfo => {
  const config = z.toJSONSchema(alert.config, { io: "input", unrepresentable: "any" });
  return translateKind(kindSchema.parse({ ...alert, config }), kindTexts());
};
const below = (value: number) => ({ all: [{ fact: "speed", operator: "lessThan", value }] });
const jam = (severity: string): FlowNode => ({
  id: "jam",
  kind: "alert",
  config: {
    type: "Jam",
    severity,
    raise: below(20),
    steps: [{ severity: severity === "critical" ? "warning" : "critical", when: below(5) }],
  },
});

test.each(severities)("a step that raises an alarm calls %s as the list of alarms does", async (severity) => {
  expect(describe(jam(severity), told())).toMatch(new RegExp(`^${t(`severity.${severity}`)} Jam when`));
  await german();
  expect(describe(jam(severity), told())).toContain(`Schwere: ${t(`severity.${severity}`)} `);
});

test("settings within settings are said by their titles, their choices and their conditions", async () => {
  await german();
  expect(describe(jam("major"), told())).toBe(
    "Alarm: Jam · Schwere: Schwer · Auslösen, wenn: speed liegt unter 20 · " +
      "Weitere Schweregrade: Schwere: Kritisch, Wenn: speed liegt unter 5",
  );
});

test("what changed in a setting is said in the same words", async () => {
  const said = () => {
    const say = changeWords(new Map([["alert", told()]]));
    return [say.value("minor", jam("minor"), "severity"), say.value("1m", jam("minor"), "repeat.within")];
  };
  expect(said()).toEqual(["Minor", "1 minute"]);
  await german();
  expect(said()).toEqual(["Leicht", "1 Minute"]);
});

test("of a setting with several forms the one that it has gives the words", () => {
  const schema = {
    anyOf: [
      { type: "string", enum: ["device"] },
      { type: "object", properties: { field: { type: "string", title: "Field of the message" } } },
    ],
  };
  expect(settingWords("device", schema)).toBe("Device");
  expect(settingWords({ field: "road" }, schema)).toBe("Field of the message: road");
  expect(settingWords({ some: 1 }, undefined)).toBe("Some: 1");
});

test("where a test case differs, its fields and severities are in German, too", async () => {
  await german();
  const missing = 'alarms[0]: expected {"device":"Harbour","severity":"major"}, got no more';
  expect(differenceWords(missing)).toBe("Alarm 1 fehlt: Gerät Harbour, Schwere Schwer");
  const other = 'alarms[0].severity: expected "major", got "minor"';
  expect(differenceWords(other)).toBe("Alarm 1, Schwere: soll Schwer sein, ist aber Leicht");
});
