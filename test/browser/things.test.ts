import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Channel } from "../../engine/model/channel.ts";
import type { Flow } from "../../engine/model/flow.ts";
import type { Table } from "../../engine/model/table.ts";
import { ask, deployFlow, type Product, startProduct } from "../support/product.ts";
import { startReceiver } from "../support/receiver.ts";
import { removeFolder, tempFolder } from "../support/temp-folder.ts";
import { type Browser, openBrowser, seriousFindings } from "./chromium.ts";
import { screenshot } from "./screenshot.ts";

const slow = 120_000;
const patience = { timeout: 30_000 };

const flow: Flow = {
  id: "cold",
  name: "Cold chain",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    { id: "more", kind: "enrich", config: { lookup: [{ table: "goods", by: "sort", column: "warmest" }] } },
    { id: "keep", kind: "save", config: { measurement: "goods" } },
  ],
  edges: [
    { from: "in", output: "out", to: "more" },
    { from: "more", output: "out", to: "keep" },
  ],
  layout: { in: { x: 0, y: 0 }, more: { x: 260, y: 0 }, keep: { x: 520, y: 0 } },
};

describe("tables and channels on the page", () => {
  const dir = tempFolder("things");
  let product: Product;
  let browser: Browser;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;

  beforeAll(async () => {
    receiver = await startReceiver();
    product = await startProduct({ dir, env: { MILLRACE_NOTIFY_INTERNAL_HOSTS: "127.0.0.1" } });
    browser = await openBrowser();
  }, slow);
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await receiver?.close();
    removeFolder(dir);
  });

  const shots = async (name: string) => {
    for (const colorScheme of ["dark", "light"] as const) {
      await screenshot(browser.page, name, colorScheme);
      await browser.page.emulateMedia({ colorScheme });
      expect(await seriousFindings(browser.page)).toEqual([]);
    }
  };
  const table = () => ask<Table>(`${product.http}/api/tables/goods`);

  test(
    "a table is made from a file, with its columns typed and what is wrong said by row and column",
    async () => {
      const { page } = browser;
      await page.goto(`${product.http}/#/tables/`);
      await page.getByText("A table holds values that steps look up").waitFor(patience);
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole("link", { name: "New table" }).click();
      await page.getByLabel("Name").fill("goods");
      const rows = [
        "sort;warmest;owner;fragile",
        "fish;-18;North;false",
        "milk;6,5;North;true",
        "milk;7;South;true",
      ];
      await page.locator("input[type=file]").setInputFiles({
        name: "goods.csv",
        mimeType: "text/csv",
        buffer: Buffer.from(rows.join("\n")),
      });
      await page.getByText('Row 3, column sort repeats "milk", the key of row 2').waitFor(patience);
      expect(await page.getByLabel("Type of the column warmest").inputValue()).toBe("number");
      expect(await page.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
      expect(await seriousFindings(page)).toEqual([]);
      const text = page.getByLabel("Or paste it here");
      await text.fill(rows.join("\n").replace("milk;7", "eggs;7"));
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("No running flow looks anything up in it.").waitFor(patience);
      expect(await table()).toMatchObject({
        key: "sort",
        rows: [
          ["fish", -18, "North", false],
          ["milk", 6.5, "North", true],
          ["eggs", 7, "South", true],
        ],
      });
    },
    slow,
  );

  test(
    "a step offers its columns; the page shows which flow uses the table, and does not delete it then",
    async () => {
      const { page } = browser;
      await deployFlow(product.http, flow);
      await page.goto(`${product.http}/#/flows/cold?node=more`);
      const column = page.getByRole("complementary", { name: "Details" }).getByLabel(/^Column/);
      await column.fill("", patience);
      await page.getByRole("option", { name: "fragile" }).waitFor(patience);
      await page.goto(`${product.http}/#/tables/goods`);
      await page.getByRole("link", { name: "Cold chain" }).waitFor(patience);
      await shots("table");
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download as CSV" }).click(),
      ]);
      expect(file.suggestedFilename()).toBe("goods.csv");
      await page.getByRole("button", { name: "Delete" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "Delete" }).click();
      await dialog.getByText('The flow "cold" runs and looks something up in "goods"').waitFor(patience);
      await dialog.getByRole("button", { name: "Keep it" }).click();
    },
    slow,
  );

  test("a table is changed as text, and who changed it meanwhile is not overwritten", async () => {
    const { page } = browser;
    await page.getByRole("link", { name: "Change" }).click();
    const text = page.getByLabel("Or paste it here");
    await text.fill((await text.inputValue(patience)).replace("-18", "-20"));
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Version 2").waitFor(patience);
    expect((await table()).rows[0]).toEqual(["fish", -20, "North", false]);
    await page.getByRole("link", { name: "Change" }).click();
    await text.waitFor(patience);
    const { columns, key, rows } = await table();
    await fetch(`${product.http}/api/tables/goods`, {
      method: "PUT",
      headers: { "content-type": "application/json", "if-match": "*" },
      body: JSON.stringify({ columns, key, rows: rows.slice(0, 2) }),
    });
    await text.fill((await text.inputValue()).replace("-20", "-25"));
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("was changed or deleted meanwhile").waitFor(patience);
  });

  test(
    "a channel is made by form; a test of it says what happened, and its secret is not shown again",
    async () => {
      const { page } = browser;
      await page.goto(`${product.http}/#/channels/`);
      await page.getByText("A channel says where notifications go").waitFor(patience);
      await page.getByRole("link", { name: "New channel" }).click();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("A letter, then letters, digits").waitFor(patience);
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByText("Webhook", { exact: true }).click();
      await page.getByLabel(/^Name/).fill("on-duty");
      await page.getByLabel(/^Address/).fill("https://hooks.example.com/x");
      await page.getByLabel("Secret for the signature").fill("s3cret");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText('Notifications must not go to "hooks.example.com"').waitFor(patience);
      await page.getByLabel(/^Address/).fill(receiver.url);
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("button", { name: "Send a test" }).click(patience);
      await page.getByText("Sent. The receiver has taken it").waitFor(patience);
      expect(JSON.parse(receiver.received[0]!.body)).toMatchObject({ title: "Test from Millrace" });
      expect(receiver.received[0]!.headers["millrace-signature"]).toBeTruthy();
      await shots("channel");
      expect(await page.getByLabel("Secret for the signature").inputValue()).toBe("");
      expect(await page.content()).not.toContain("s3cret");
      const channel = await ask<Channel>(`${product.http}/api/channels/on-duty`);
      expect(channel).toMatchObject({ hasSecret: true, settings: { type: "webhook", url: receiver.url } });
    },
    slow,
  );

  test("a channel that does not work says why, and can be deleted", async () => {
    const { page } = browser;
    await page.getByLabel(/^Address/).fill(receiver.url.replace(/:\d+/, ":1"));
    await page.getByText("Save it first").waitFor();
    await page.getByLabel("Secret for the signature").fill("other");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved. Test it").waitFor(patience);
    await page.getByRole("button", { name: "Send a test" }).click();
    await page.getByText("Not sent: the receiver cannot be reached").waitFor(patience);
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("A channel says where notifications go").waitFor(patience);
  });

  test("the page complained of nothing but what the server refused", () => {
    expect(browser.complaints.filter((text) => !/status of (403|409|412)/.test(text))).toEqual([]);
  });
});
