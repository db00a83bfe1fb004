import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Alarm } from "../../engine/model/alarm.ts";
import { addDevice, ask, deployFlow, type Product, startProduct } from "../support/product.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser, seriousFindings } from "./chromium.ts";
import { screenshot, shot } from "./screenshot.ts";

const schemes = ["light", "dark"] as const;
const slow = 180_000;
const patient = { timeout: 30_000 };

/** An alarm where the speed is below a limit, and a command behind it. */
const jam = (limit: number, kmh: unknown = 40) => ({
  id: "jam",
  name: "Congestion",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", name: "Detectors", config: {} },
    {
      id: "low",
      kind: "alert",
      name: "Slow traffic",
      config: {
        type: "Congestion",
        severity: "major",
        raise: { all: [{ fact: "speed", operator: "lessThan", value: limit }] },
      },
    },
    { id: "sign", kind: "command", name: "Lower the limit", config: { method: "setLimit", params: { kmh } } },
  ],
  edges: [
    { from: "in", output: "out", to: "low" },
    { from: "low", output: "raised", to: "sign" },
  ],
  layout: { in: { x: 0, y: 0 }, low: { x: 300, y: 0 }, sign: { x: 600, y: 0 } },
});

describe("versions beside the live one", () => {
  const dir = tempFolder("beside");
  const devices: { id: string; token: string }[] = [];
  let product: Product;
  let browser: Browser;

  beforeAll(async () => {
    product = await startProduct({ dir });
    browser = await openBrowser();
    for (let n = 1; n <= 12; n++) devices.push(await addDevice(product.http, { name: `Detector ${n}` }));
    await deployFlow(product.http, jam(20));
    await draft(jam(30));
    await browser.page.goto(`${product.http}/#/flows/jam`);
  }, slow);

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    removeFolder(dir);
  });

  const draft = async (flow: object) => {
    const headers = { "content-type": "application/json", "if-match": "*" };
    const body = JSON.stringify(flow);
    expect((await fetch(`${product.http}/api/flows/jam`, { method: "PUT", headers, body })).status).toBe(200);
  };
  const send = (device: number, speed: number) =>
    ask(`${product.http}/api/v1/${devices[device]!.token}/telemetry`, "POST", { speed });
  const alarms = async () => (await ask<{ items: Alarm[] }>(`${product.http}/api/alarms?limit=200`)).items;
  const panel = () => browser.page.getByRole("complementary", { name: "Details" });
  const looked = async (name: string, { isChecked = true } = {}) => {
    for (const colorScheme of schemes) {
      await browser.page.emulateMedia({ colorScheme });
      if (isChecked) expect(await seriousFindings(browser.page)).toEqual([]);
      await shot(browser.page, `${name}-${colorScheme}`);
    }
  };
  const openDeploy = async () => {
    await browser.page.getByRole("button", { name: "Deploy", exact: true }).click();
    const dialog = browser.page.getByRole("dialog");
    await dialog.getByText("How shall it run?").waitFor();
    return dialog;
  };

  test(
    "a version deployed in shadow says what to expect, by the keyboard",
    async () => {
      const { page } = browser;
      const dialog = await openDeploy();
      await dialog.getByRole("radio", { name: /^Deploy to all/ }).focus();
      await page.keyboard.press("ArrowDown");
      await looked("deploy-shadow", { isChecked: false });
      await dialog.getByRole("button", { name: "Run in shadow" }).click();
      await panel().getByText("Nothing to compare yet.").waitFor();
      await page.getByRole("button", { name: /^version 2 in shadow since / }).waitFor();
      await page.getByText("version 1 live").first().waitFor();
      await looked("shadow-empty", { isChecked: false });
    },
    slow,
  );

  test(
    "what it would have done is compared and shown, and nothing of it happens",
    async () => {
      await send(0, 25);
      await send(1, 15);
      await send(2, 10);
      await send(2, 25);
      const row = (name: string) => panel().getByRole("row", { name });
      // The same twice, one new, and the clearing that the live version alone does.
      await row("Alarms 2 0 0 0 1 0").waitFor(patient);
      await row("Commands 2 0 0 0 1 0").waitFor(patient);
      await row("Cleared 0 0 0 0 0 1").waitFor(patient);
      await expect.poll(() => panel().getByText("Congestion raised").count()).toBe(1);
      await panel().getByText("Detector 1,").first().waitFor();
      expect((await alarms()).map(({ deviceName }) => deviceName).sort()).toEqual([
        "Detector 2",
        "Detector 3",
      ]);
      await looked("shadow-compared");
      for (const scheme of schemes) await screenshot(browser.page, "shadow", scheme);
      await panel().getByRole("button", { name: "Same", exact: true }).click();
      await expect.poll(() => panel().getByText("Command setLimit").count()).toBe(2);
    },
    slow,
  );

  test(
    "promoted, it is live for all",
    async () => {
      await panel().getByRole("button", { name: "Deploy to all" }).click();
      await panel().getByText("No other version runs").waitFor();
      await panel().getByText("Version 2 for all, after its trial").waitFor();
      await browser.page.getByText("version 2 live").first().waitFor();
      await send(3, 25);
      await expect.poll(async () => (await alarms()).length, patient).toBe(3);
      await looked("promoted", { isChecked: false });
    },
    slow,
  );

  test(
    "a version tried on some devices goes back by itself when it fails, and the page says why",
    async () => {
      const { page } = browser;
      await draft(jam(30, "=nothing"));
      // Opened anew: the draft was changed from elsewhere.
      await page.goto("about:blank");
      await page.goto(`${product.http}/#/flows/jam`);
      const dialog = await openDeploy();
      await dialog.getByRole("radio", { name: /^Try on some devices/ }).check();
      await dialog.getByLabel("Share in percent").fill("200");
      await dialog.getByText("More than 0, less than 100").waitFor();
      expect(await dialog.getByRole("button", { name: "Try on some devices" }).isDisabled()).toBe(true);
      await dialog.getByRole("radio", { name: "Devices with certain attributes" }).check();
      await page.setViewportSize({ width: 1280, height: 1100 });
      await looked("deploy-devices");
      await dialog.getByRole("radio", { name: "A share of all devices" }).check();
      await dialog.getByLabel("Share in percent").fill("99");
      await dialog.getByLabel("Errors, more than").fill("2");
      await looked("deploy-share", { isChecked: false });
      await page.setViewportSize({ width: 1280, height: 800 });
      await dialog.getByRole("button", { name: "Try on some devices" }).click();
      await page.getByRole("button", { name: /^version 3 on 99 % of the devices since / }).waitFor();
      await panel().getByText("It is taken back by itself beyond 2 errors within 10 minutes.").waitFor();
      await looked("canary", { isChecked: false });

      for (let device = 4; device < 12; device++) await send(device, 25);
      await page.getByRole("button", { name: /^version 3 taken back by itself at / }).waitFor(patient);
      await panel().getByText("Version 3 taken back by itself").waitFor(patient);
      await panel()
        .getByText(/errors within 10 minutes; up to 2 were allowed/)
        .waitFor();
      await looked("rolled-back");

      const before = (await alarms()).length;
      const commandsOf = async (device: number) =>
        (await ask<{ items: unknown[] }>(`${product.http}/api/commands?device=${devices[device]!.id}`)).items
          .length;
      for (let device = 4; device < 12; device++) await send(device, 50);
      for (let device = 4; device < 12; device++) await send(device, 25);
      await expect.poll(async () => (await alarms()).length, patient).toBe(before + 8);
      // Each did it in one of the versions, or in both.
      for (let device = 4; device < 12; device++)
        await expect.poll(() => commandsOf(device), patient).toBeGreaterThan(0);
    },
    slow,
  );

  test(
    "in German the same",
    async () => {
      const { page } = browser;
      await draft(jam(28));
      await page.evaluate('localStorage.setItem("millrace-language", "de")');
      await page.goto("about:blank");
      await page.goto(`${product.http}/#/flows/jam`);
      await page.getByRole("button", { name: "In Betrieb nehmen", exact: true }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("radio", { name: /^Im Schatten laufen lassen/ }).check();
      await looked("german-deploy", { isChecked: false });
      await dialog.getByRole("button", { name: "Im Schatten laufen lassen" }).click();
      const details = page.getByRole("complementary", { name: "Einzelheiten" });
      await details.getByText("Noch gibt es nichts zu vergleichen.").waitFor();
      await send(0, 50);
      await send(0, 29);
      await details.getByRole("row", { name: "Alarme 0 0 0 0 0 1" }).waitFor(patient);
      await looked("german-compared");
      await details.getByRole("button", { name: "Zurücknehmen" }).click();
      await details.getByText("Version 4 zurückgenommen", { exact: true }).waitFor();
      expect(browser.complaints).toEqual([]);
    },
    slow,
  );
});
