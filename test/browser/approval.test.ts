import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Command } from "../../engine/model/command.ts";
import { addDevice, ask, deployFlow, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser, seriousFindings } from "./chromium.ts";
import { shot } from "./screenshot.ts";

const schemes = ["light", "dark"] as const;
const slow = 180_000;

const gate = {
  id: "gate",
  name: "Gate",
  schema: 1,
  nodes: [
    {
      id: "in",
      kind: "input",
      name: "Basins",
      config: {
        types: ["telemetry", "connected", "alarm-change"],
        when: { all: [{ fact: "inService", operator: "equal", value: true }] },
      },
    },
    {
      id: "open",
      kind: "command",
      name: "Open the gate",
      config: {
        method: "openGate",
        params: { percent: "=level * 10" },
        approval: true,
        to: { who: "related", attribute: "basin", profile: "default" },
        confirm: {
          when: { all: [{ fact: "level", operator: "lessThan", value: { fact: "before.level" } }] },
          within: "5m",
        },
      },
    },
  ],
  edges: [{ from: "in", output: "out", to: "open" }],
  layout: { in: { x: 0, y: 0 }, open: { x: 300, y: 0 } },
};

describe("commands that wait for a person", () => {
  const dir = tempFolder("approval");
  let product: Product;
  let browser: Browser;
  let device: { id: string; token: string };

  beforeAll(async () => {
    product = await startProduct({ dir });
    browser = await openBrowser();
    device = await addDevice(product.http, {
      name: "Basin 4",
      attributes: { inService: true, basin: "north" },
    });
    await deployFlow(product.http, gate);
    for (const level of [7, 8, 9])
      await ask(`${product.http}/api/v1/${device.token}/telemetry`, "POST", { level });
    await browser.page.goto(`${product.http}/#/devices/${device.id}`);
  }, slow);

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    removeFolder(dir);
  });

  const commands = async () =>
    (await ask<{ items: Command[] }>(`${product.http}/api/commands?device=${device.id}`)).items;

  test(
    "the list of commands has buttons; one approved goes on, at once, by the keyboard",
    async () => {
      const { page } = browser;
      await expect.poll(async () => (await commands()).length).toBe(3);
      const approve = page.getByRole("button", { name: "Approve: openGate" });
      await expect.poll(() => approve.count()).toBe(3);
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        expect(await seriousFindings(page)).toEqual([]);
        await shot(browser.page, `approval-${colorScheme}`);
      }
      await approve.first().focus();
      await page.keyboard.press("Enter");
      await expect.poll(() => approve.count()).toBe(2);
      await expect.poll(async () => (await commands())[0]!.state).toBe("queued");
      await expect.poll(() => page.getByText("Queued", { exact: true }).count()).toBe(1);
    },
    slow,
  );

  test(
    "rejecting asks for the reason, which then stands in the list",
    async () => {
      const { page } = browser;
      await page.getByRole("button", { name: "Reject: openGate" }).first().click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Reason").fill("People in the basin");
      await shot(browser.page, "reject");
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press("Enter");
      await page.getByText("People in the basin").waitFor();
      expect((await commands())[1]).toMatchObject({ state: "rejected", reason: "People in the basin" });
    },
    slow,
  );

  test(
    "a command decided elsewhere shows so without loading the page again",
    async () => {
      const last = (await commands())[2]!;
      await ask(`${product.http}/api/commands/${last.id}/approve`, "POST");
      const left = browser.page.getByRole("button", { name: "Approve: openGate" });
      await expect.poll(() => left.count()).toBe(0);
    },
    slow,
  );

  test(
    "the settings of the command and of the input are forms, without raw JSON",
    async () => {
      const { page } = browser;
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        for (const [id, name, seen] of [
          ["open", "Command: Open the gate", "Confirmation"],
          ["in", "Input: Basins", "When the device"],
        ] as const) {
          await page.goto("about:blank");
          await page.goto(`${product.http}/#/flows/gate`);
          await page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
          const details = page.getByRole("complementary", { name: "Details" });
          await details.getByText(seen, { exact: true }).first().waitFor();
          const texts = await details
            .locator("textarea")
            .evaluateAll((all) => all.map((each) => (each as unknown as { value: string }).value));
          expect(texts.filter((text) => /[{[]/.test(text))).toEqual([]);
          expect(await seriousFindings(page)).toEqual([]);
          await page.setViewportSize({ width: 1280, height: 1800 });
          await shot(browser.page, `form-${id}-${colorScheme}`);
          await page.setViewportSize({ width: 1280, height: 800 });
        }
      }
    },
    slow,
  );
});
