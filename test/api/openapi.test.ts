import { afterAll, beforeAll, expect, test } from "vitest";
import { methods } from "../../engine/api/route.ts";
import { errorCatalogue } from "../../engine/model/errors.ts";
import { type Api, openApi } from "./open-api.ts";

let api: Api;
let document: {
  openapi: string;
  paths: Record<
    string,
    Record<string, { operationId: string; parameters: { name: string; in: string }[]; responses: object }>
  >;
  components: { schemas: Record<string, object> };
};
beforeAll(async () => {
  api = await openApi();
  document = (await api.ask("GET", "/api/openapi.json")).body;
});
afterAll(() => api.close());

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
}
/** What express itself says it serves, but for the page at `/`. */
function registered(): string[] {
  const layers = (stack: Layer[]): Layer[] =>
    stack.flatMap((layer) => [layer, ...layers(layer.handle.stack ?? [])]);
  return layers(api.app.router.stack as unknown as Layer[]).flatMap(({ route }) =>
    route && route.path !== "/"
      ? methods.filter((method) => route.methods[method]).map((method) => `${method} ${route.path}`)
      : [],
  );
}
const operations = () =>
  Object.entries(document.paths).flatMap(([path, found]) =>
    Object.entries(found).map(([method, operation]) => ({ method, path, ...operation })),
  );

test("what is served is described, and what is described is served", () => {
  const described = operations().map(
    ({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`,
  );
  expect(described.length).toBeGreaterThan(30);
  expect(registered().sort()).toEqual(described.sort());
});

test("every reference leads somewhere", () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, at]) => at!);
  expect(references.length).toBeGreaterThan(30);
  const known = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
  for (const reference of new Set(references)) expect(known).toContain(reference);
});

test("every operation has an id of its own, and each placeholder of its path as parameter", () => {
  const ids = operations().map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, parameters } of operations())
    expect(parameters.filter((one) => one.in === "path").map(({ name }) => name)).toEqual(
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
    );
});

test("every operation tells of its errors as problem documents", () => {
  for (const { responses } of operations())
    expect(JSON.stringify(Object.entries(responses).find(([status]) => status === "500"))).toContain(
      "problem+json",
    );
});

test("the page lists every operation and every error, and runs no script", async () => {
  const { headers, body } = await api.ask("GET", "/api/docs");
  expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(body).not.toMatch(/<script|https?:\/\/|\son\w+=/);
  for (const { path, summary } of operations() as unknown as { path: string; summary: string }[]) {
    expect(body).toContain(`<code>${path}</code>`);
    expect(body).toContain(summary);
  }
  for (const code of Object.keys(errorCatalogue)) expect(body).toContain(`id="${code}"`);
});
