import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiOnDatabase, openApiOnDatabase } from "./open-api.ts";

let api: ApiOnDatabase;
beforeAll(async () => {
  api = await openApiOnDatabase();
});
afterAll(() => api.close());

test("fields that devices of a profile sent are shown, none at first", async () => {
  const place = "/api/profiles/default/fields";
  expect(await api.ask("GET", place)).toMatchObject({ status: 200, body: {} });
  await api.registry.sawFields("default", { speed: 41, open: true });
  expect((await api.ask("GET", place)).body).toEqual({ speed: 41, open: true });
});

test("of a profile that is not there, that is said", async () => {
  const { status, body } = await api.ask("GET", "/api/profiles/none/fields");
  expect([status, body.detail]).toEqual([404, expect.stringContaining('no profile "none"')]);
});
