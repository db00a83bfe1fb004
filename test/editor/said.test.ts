import "./english.ts";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, expect, test } from "vitest";
import { ApiError } from "../../editor/src/api.ts";
import { de, deKinds, deProblems } from "../../editor/src/text/de.ts";
import { speak } from "../../editor/src/text/text.ts";
import { Said } from "../../editor/src/ui/said.tsx";
import { type ErrorCode, errorCatalogue } from "../../engine/model/errors.ts";

afterEach(() => speak("en", "en-GB"));
const german = () =>
  speak("de", "de-DE", { texts: de as Record<string, string>, kinds: deKinds, problems: deProblems });
const said = (error: Error) => renderToStaticMarkup(createElement(Said, { error }));

const codes = Object.keys(errorCatalogue) as ErrorCode[];

test.each(codes)("in German the error %s is said in general, before the server's English", async (code) => {
  const error = new ApiError(400, "The grid is down.", code);
  expect(said(error)).toBe("The grid is down.");
  await german();
  expect(said(error)).toMatch(/^[A-ZÄÖÜ][^<]*\. <span lang="en">The grid is down\.<\/span>$/);
});

test("what the page has in German, or says itself, stands alone", async () => {
  await german();
  const known = new ApiError(409, 'There is no table "goods".', "not_found");
  expect(said(known)).toBe("Es gibt keine Tabelle „goods“.");
  expect(said(new ApiError(0, "Der Server antwortet nicht."))).toBe("Der Server antwortet nicht.");
});
