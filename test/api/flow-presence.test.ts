import { afterEach, beforeEach, expect, test } from "vitest";
import { openPresence } from "../../engine/api/flow-presence.ts";
import { type Api, openApi } from "./open-api.ts";

let api: Api;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api.close());

const [ann, ben] = ["client-ann", "client-ben"];
const look = (client: string, flow = "roads", more = {}) =>
  api.ask("POST", `/api/flows/${flow}/presence`, { body: { client, ...more } });

test("who has a flow open hears of the others there, and of the node they look at", async () => {
  expect((await look(ann)).body).toEqual({ others: [] });
  expect((await look(ben, "roads", { node: "slow" })).body).toEqual({ others: [{ node: null }] });
  expect((await look(ann)).body).toEqual({ others: [{ node: "slow" }] });
  expect((await look("client-eve", "pumps")).body).toEqual({ others: [] });
});

test("who leaves, or opens another flow, is gone from this one", async () => {
  await look(ben);
  await look(ben, "roads", { leaving: true });
  expect((await look(ann)).body).toEqual({ others: [] });
  await look(ben);
  await look(ben, "pumps");
  expect((await look(ann)).body).toEqual({ others: [] });
});

test.each([{ client: "x" }, {}, { client: ann, node: 5 }, { client: ann, admin: true }])(
  "a body of another form is refused: %j",
  async (body) => {
    expect((await api.ask("POST", "/api/flows/roads/presence", { body })).status).toBe(400);
  },
);

test("who says nothing for 12 s is gone, and no more than 1000 are remembered", () => {
  let now = 0;
  const presence = openPresence({ tell() {}, now: () => now });
  presence.seen(ann, "roads", null);
  now = 12_000;
  expect(presence.seen(ben, "roads", null)).toHaveLength(1);
  now = 12_001;
  expect(presence.seen(ben, "roads", null)).toEqual([]);
  for (let number = 0; number < 1200; number++) presence.seen(`client-${number}`, "roads", null);
  expect(presence.seen("client-0", "roads", null)).toHaveLength(999);
});

test("who has a flow open at one process is seen at the others, and is gone there too", () => {
  const heard: ((said: unknown) => void)[] = [];
  // As the backbone brings it: to whoever listens, the sender too.
  const open = () => {
    const presence = openPresence({
      tell(said) {
        for (const hear of heard) hear(said);
      },
    });
    heard.push(presence.heard);
    return presence;
  };
  const [here, there] = [open(), open()];
  here.seen(ann, "roads", "slow");
  expect(there.seen(ben, "roads", null)).toEqual([{ node: "slow" }]);
  expect(here.seen(ann, "roads", null)).toEqual([{ node: null }]);
  here.left(ann);
  expect(there.seen(ben, "roads", null)).toEqual([]);
});
