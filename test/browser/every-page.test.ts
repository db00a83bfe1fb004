import { expect, test } from "vitest";
import type { Flow } from "../../engine/model/flow.ts";
import { addDevice, ask } from "../support/product.ts";
import { seriousFindings } from "./chromium.ts";
import { flowPage } from "./flow-page.ts";
import { begun, openRoads, patience, slow } from "./roads.ts";
import { shot } from "./screenshot.ts";

const roads = openRoads("every-page");

/** Keeps a field that no device sends, so that each message becomes a dead letter. */
const failing: Flow = {
  ...begun,
  nodes: [
    { id: "in", kind: "input", name: "All roads", config: {} },
    { id: "keep", kind: "save", name: "Keep", config: { measurement: "roads", fields: ["height"] } },
  ],
  edges: [{ from: "in", output: "out", to: "keep" }],
};

const send = (token: string) =>
  fetch(`${roads.http()}/api/v1/${token}/telemetry`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"speed":12}',
  });

test(
  "axe finds nothing serious on any page, in light and dark colours",
  async () => {
    await roads.openAnew(failing);
    await roads.freeze("Keep the height", { live: true });
    const { id, token } = await addDevice(roads.http(), { name: "bridge" });
    await send(token);
    const letters = async () =>
      (await ask<{ items: { id: string }[] }>(`${roads.http()}/api/dead-letters`)).items;
    await expect.poll(letters, patience).toHaveLength(1);
    const [letter] = await letters();
    const goods = { key: "sort", columns: [{ name: "sort", type: "text" }], rows: [["fish"]] };
    await ask(`${roads.http()}/api/tables/goods`, "PUT", goods);
    const page = roads.page();
    const seen = {
      "#/flows/": "Roads",
      "#/flows/roads": "Keep",
      "#/flows/roads?node=keep": "Measurement",
      "#/devices/": "bridge",
      [`#/devices/${id}`]: "Send command",
      "#/dead-letters/": "Nothing to save",
      [`#/dead-letters/${encodeURIComponent(letter!.id)}`]: "Nothing to save",
      "#/tables/": "goods",
      "#/tables/goods": "fish",
      "#/tables/goods?mode=change": "Or paste it here",
      "#/tables/?mode=new": "Or paste it here",
      "#/channels/": "New channel",
      "#/channels/?mode=new": "Webhook",
    };
    for (const [hash, text] of Object.entries(seen)) {
      await page.goto("about:blank");
      await page.goto(`${roads.http()}/${hash}`);
      await page.getByText(text).first().waitFor(patience);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        expect([hash, colorScheme, await seriousFindings(page)]).toEqual([hash, colorScheme, []]);
        await shot(page, `page-${hash.replace(/\W+/g, "-")}-${colorScheme}`);
      }
    }
  },
  2 * slow,
);

test(
  "water flows along the edges while messages pass, and stands still for who wants no motion",
  async () => {
    const page = roads.page();
    const { token } = await addDevice(roads.http(), { name: "tunnel" });
    const timer = setInterval(() => void send(token).catch(() => {}), 100);
    const moving = () =>
      page.evaluate(`document.getAnimations().filter((it) => it.playState === "running").length`);
    try {
      await page.emulateMedia({ colorScheme: "light", reducedMotion: "no-preference" });
      await roads.open(failing);
      await expect.poll(moving, patience).toBeGreaterThan(0);
      await page.emulateMedia({ reducedMotion: "reduce" });
      await expect.poll(moving, patience).toBe(0);
      await flowPage(page).node("keep").click();
      await flowPage(page).details.waitFor();
      expect(await moving()).toBe(0);
    } finally {
      clearInterval(timer);
    }
  },
  slow,
);

test("the page complained of nothing", () => {
  expect(roads.complaints().filter((text) => !text.includes("412"))).toEqual([]);
});
