import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Api, openApi } from "./open-api.ts";

let api: Api;
const folder = tempFolder("pages");
const page = "<!doctype html><title>Page</title>";
beforeAll(async () => {
  const editorDir = join(folder, "built");
  mkdirSync(join(editorDir, "assets"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(editorDir, ".hidden"), "secret");
  writeFileSync(join(editorDir, "index.html"), page);
  writeFileSync(join(editorDir, "mark.svg"), "<svg/>");
  writeFileSync(join(editorDir, "assets", "app-1a2b.js"), "let a;");
  api = await openApi({ editorDir });
});
afterAll(async () => {
  await api.close();
  removeFolder(folder);
});

const html = { headers: { Accept: "text/html,*/*" } };

test.each(["/", "/flows", "/flows/congestion", "/alarms?status=active", "/index.html"])(
  "%s opens the page, asked for anew each time",
  async (path) => {
    const { status, headers, body } = await api.ask("GET", path, html);
    expect([status, body]).toEqual([200, page]);
    expect(headers["cache-control"]).toBe("no-cache");
    expect(headers["content-security-policy"]).toContain("script-src 'self'");
  },
);

test("a file with a hash in its name is kept for a year", async () => {
  const { status, headers } = await api.ask("GET", "/assets/app-1a2b.js");
  expect(status).toBe(200);
  expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  expect(headers["content-type"]).toBe("text/javascript; charset=utf-8");
});

test("a file that did not change is not sent again", async () => {
  const { headers } = await api.ask("GET", "/mark.svg");
  const again = await api.ask("GET", "/mark.svg", { headers: { "If-None-Match": headers.etag } });
  expect([again.status, again.body]).toEqual([304, ""]);
});

test.each([
  "/assets/gone-1a2b.js",
  "/gone.png",
  "/api/nothing",
  "/api",
  "/.hidden",
  "/..%2fsecret.txt",
  "/%2e%2e/secret.txt",
  "/assets/..%2f..%2f..%2fsecret.txt",
  "/assets/..%5c..%5csecret.txt",
])("%s is not found, though a page was asked for", async (path) => {
  const { status, body } = await api.ask("GET", path, html);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(JSON.stringify(body)).not.toContain('secret"');
});

test("a program that asks an unknown address for JSON is not given the page", async () => {
  expect(await api.ask("GET", "/flows", { headers: { Accept: "application/json" } })).toMatchObject({
    status: 404,
    body: { code: "not_found" },
  });
});

test("nothing is posted to the page", async () => {
  expect(await api.ask("POST", "/flows", html)).toMatchObject({ status: 404 });
});

test("without a built page, the root leads to the API's own", async () => {
  const bare = await openApi();
  const { status, headers } = await bare.ask("GET", "/");
  await bare.close();
  expect([status, headers.location]).toEqual([302, "/api/docs"]);
});
