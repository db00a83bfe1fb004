import { afterAll, beforeAll, expect, test } from "vitest";
import { stationsOf } from "../../engine/simulate/map.ts";
import { profileName, register } from "../../engine/simulate/register.ts";
import { type ApiOnDatabase, openApiOnDatabase } from "../api/open-api.ts";

let api: ApiOnDatabase;
let place: { http: string; signal: AbortSignal };
beforeAll(async () => {
  api = await openApiOnDatabase();
  place = { http: `http://127.0.0.1:${api.port}`, signal: new AbortController().signal };
});
afterAll(() => api.close());

test("the first start makes the profile and the devices, the next one finds them", async () => {
  const stations = stationsOf(12);
  const first = await register(place, stations);
  expect([...first.keys()].sort()).toEqual(stations.map((station) => station.name).sort());
  expect(await register(place, stations)).toEqual(first);
  const { items } = (await api.ask("GET", `/api/devices?profile=${profileName}`)).body;
  expect(items).toHaveLength(12);
  expect(items[0]).toMatchObject({
    name: "Harbour Road inbound 1, lane 1",
    attributes: {
      road: "Harbour Road",
      direction: "inbound",
      lane: 1,
      lengthKm: 1.2,
      limit: 80,
      freeFlow: 72,
    },
  });
});

test("more stations are added to those that are there, whatever page they stand on", async () => {
  const small = await register(place, stationsOf(12));
  const large = await register(place, stationsOf(520));
  expect(large.size).toBe(520);
  for (const [name, token] of small) expect(large.get(name)).toBe(token);
  expect(await register(place, stationsOf(520))).toEqual(large);
});

test("a server that is away is named in the error", async () => {
  const away = { ...place, http: "http://127.0.0.1:1" };
  await expect(register(away, stationsOf(1))).rejects.toThrow("cannot reach http://127.0.0.1:1");
});

test("a refusal carries the server's words", async () => {
  await expect(register(place, [{ ...stationsOf(1)[0]!, name: "x".repeat(200) }])).rejects.toThrow(
    /POST \/api\/devices gave 400/,
  );
});
