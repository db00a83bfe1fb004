import "./english.ts";
import { afterEach, expect, test } from "vitest";
import { ApiError } from "../../editor/src/api.ts";
import { de, deKinds, deProblems } from "../../editor/src/text/de.ts";
import { speak } from "../../editor/src/text/text.ts";
import { refusalOf } from "../../editor/src/ui/refusal.ts";
import { type ErrorCode, errorCatalogue } from "../../engine/model/errors.ts";

afterEach(() => speak("en", "en-GB"));
const german = () =>
  speak("de", "de-DE", { texts: de as Record<string, string>, kinds: deKinds, problems: deProblems });

const codes = Object.keys(errorCatalogue) as ErrorCode[];

test.each(codes)("in German the error %s is said in general, before the server's English", async (code) => {
  const error = new ApiError(400, "The grid is down.", code);
  expect(refusalOf(error)).toEqual({ said: "The grid is down." });
  await german();
  expect(refusalOf(error)).toEqual({
    said: expect.stringMatching(/^[A-ZÄÖÜ].*\.$/),
    english: "The grid is down.",
  });
  expect(refusalOf(error).said).not.toContain(errorCatalogue[code].title);
});

test("what the page has in German, or says itself, stands alone", async () => {
  await german();
  const known = new ApiError(409, 'There is no table "goods".', "not_found");
  expect(refusalOf(known)).toEqual({ said: "Es gibt keine Tabelle „goods“." });
  const away = "Der Server antwortet nicht.";
  expect(refusalOf(new ApiError(0, away))).toEqual({ said: away });
});
