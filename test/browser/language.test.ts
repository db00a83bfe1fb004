import { gzipSync } from "node:zlib";
import type { Response } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openBrowser, seriousFindings } from "./chromium.ts";
import { flowPage } from "./flow-page.ts";
import { begun, openRoads, patience, slow } from "./roads.ts";
import { shot } from "./screenshot.ts";

const roads = openRoads("language");

async function toGerman() {
  const page = roads.page();
  await page.getByRole("button", { name: "Language: English" }).click();
  await page.getByRole("menuitem", { name: "Deutsch" }).click();
  await page.getByRole("button", { name: "In Betrieb nehmen" }).waitFor(patience);
}

/** Sizes of scripts and styles that a page loads, gzipped. */
async function loadedBytes(run: () => Promise<void>): Promise<number> {
  const page = roads.page();
  const sizes: Promise<number>[] = [];
  const seen = (response: Response) => {
    if (/\.(js|css)$/.test(new URL(response.url()).pathname))
      sizes.push(response.body().then((body) => gzipSync(body).length));
  };
  page.on("response", seen);
  await run();
  page.off("response", seen);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

test(
  "the first load stays within 500 kB gzipped, in English and in German",
  async () => {
    await roads.openAnew();
    const open = () => roads.open();
    const english = await loadedBytes(open);
    expect(english).toBeGreaterThan(100_000);
    expect(english).toBeLessThan(500_000);
    await toGerman();
    const page = roads.page();
    const german = await loadedBytes(async () => {
      await page.reload();
      await page.getByRole("button", { name: "In Betrieb nehmen" }).waitFor(patience);
    });
    expect(german).toBeGreaterThan(english);
    expect(german).toBeLessThan(500_000);
  },
  slow,
);

test(
  "in German the page, its steps, settings, sentences and numbers are German, also after a reload",
  async () => {
    await roads.openAnew();
    const page = roads.page();
    const { node } = flowPage(page);
    await node("keep").click();
    await flowPage(page).setting("Measurement").fill("strassen");
    await toGerman();
    const details = page.getByRole("complementary", { name: "Einzelheiten" });
    expect(await page.evaluate("document.documentElement.lang")).toBe("de");
    await expect.poll(() => node("keep").textContent()).toMatch(/Speichern.*Messreihe: strassen/);
    await page.getByRole("button", { name: "Rückgängig" }).click();
    await expect.poll(() => node("keep").textContent()).toContain("Messreihe: roads");
    expect(await node("in").textContent()).toContain("Messwerte aller Geräte");
    await node("slow").click();
    await details.getByText("speed liegt unter 30").first().waitFor();
    await details.getByText("Nachrichten, für die sie gilt").waitFor();
    await details.getByText(/Ein fehlendes Feld liegt unter, über und gleich nichts/).waitFor();
    const panels = await page.locator("body").innerText();
    for (const english of ["Deploy", "Settings", "Flows", "Devices", "Draft saved", "Steps", "No problems"])
      expect(panels).not.toContain(english);
    await page.reload();
    await page.getByText(/Entwurf gespeichert \d\d:\d\d/).waitFor(patience);
    await page.getByRole("link", { name: "Geräte" }).click();
    await page.getByText("Noch kein Gerät").waitFor();
    await page.getByRole("button", { name: "Sprache: Deutsch" }).click();
    await page.getByRole("menuitem", { name: "English" }).click();
    await page.getByText("No device yet").waitFor();
    expect(await page.evaluate("document.documentElement.lang")).toBe("en");
  },
  slow,
);

test(
  "what the server refuses is said in German in general, and its own words are marked as English",
  async () => {
    await roads.openAnew();
    await toGerman();
    const page = roads.page();
    await page.goto(`${roads.http()}/#/channels/?mode=new`);
    await page.getByText("Webhook", { exact: true }).click();
    await page.getByLabel(/^Name/).fill("on-duty");
    await page.getByLabel(/^Adresse/).fill("https://hooks.example.com/x");
    await page.getByRole("button", { name: "Speichern" }).click();
    const refusal = page.getByRole("alert").filter({ hasText: "Das ist nicht erlaubt." });
    await refusal.waitFor(patience);
    expect(await refusal.locator("[lang=en]").innerText()).toMatch(/^Notifications must not go to/);
    await shot(page, "refused-german");
  },
  slow,
);

test(
  "on a narrow page the head of a flow shows its whole name and all its tools",
  async () => {
    const page = roads.page();
    const name = "Roads of the old town in the evening";
    await page.setViewportSize({ width: 600, height: 800 });
    await roads.openAnew({ ...begun, name });
    await toGerman();
    const heading = page.getByRole("heading", { name, level: 2 });
    expect(await heading.evaluate((it) => it.scrollWidth - it.clientWidth)).toBe(0);
    const more = (await page.getByRole("button", { name: "Mehr" }).boundingBox())!;
    expect(more.x + more.width).toBeLessThanOrEqual(600);
    await shot(page, "narrow-german");
    await page.setViewportSize({ width: 1280, height: 800 });
  },
  slow,
);

describe.each(["light", "dark"] as const)("in German and %s colours", (scheme) => {
  test(
    "axe finds nothing serious in a step's settings",
    async () => {
      const page = roads.page();
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await roads.openAnew();
      await toGerman();
      await flowPage(page).node("slow").click();
      await page.getByText("speed liegt unter 30").first().waitFor();
      await page.waitForTimeout(400);
      expect(await seriousFindings(page)).toEqual([]);
      if (process.env.SCREENSHOTS === "1")
        await page.screenshot({ path: `docs/images/editor-german-${scheme}.png` });
    },
    slow,
  );
});

test(
  "two who have one flow open see each other, and where; who leaves is gone",
  async () => {
    await roads.openAnew();
    const other = await openBrowser();
    try {
      await other.page.goto(`${roads.http()}/#/flows/${begun.id}?node=slow`);
      await flowPage(other.page).node("slow").waitFor(patience);
      await roads.page().getByText("1 other person has this flow open, at “Slow only”").waitFor(patience);
      await other.page.getByText("1 other person has this flow open").waitFor(patience);
    } finally {
      await other.close();
    }
    await expect.poll(() => roads.page().getByText("1 other person").count(), { timeout: 30_000 }).toBe(0);
  },
  slow,
);

test(
  "the guide leads through a flow, marks what is done, and can be closed",
  async () => {
    await roads.openAnew({ ...begun, nodes: begun.nodes.slice(0, 2), edges: begun.edges.slice(0, 1) });
    const page = roads.page();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Guide me through a flow" }).click();
    const guide = page.getByRole("region", { name: "A first flow" });
    await expect.poll(() => guide.getByRole("listitem").first().innerText()).toContain("done");
    await flowPage(page).node("slow").click();
    await guide.getByRole("button", { name: "Show me: Say what shall happen" }).click();
    await page.keyboard.type("save");
    await page.keyboard.press("Enter");
    await flowPage(page).node("save").waitFor();
    await page.keyboard.press("Escape");
    await guide.getByRole("button", { name: "Show me: Fill in what is missing" }).click();
    await page.keyboard.type("kept");
    await guide.getByRole("button", { name: "Show me: Try it" }).click();
    await page.getByLabel("speed of message 1").fill("12");
    await guide.getByRole("button", { name: "Show me: Deploy it" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Deploy" }).click();
    await guide.getByText("Your flow runs.").waitFor();
    await guide.getByRole("button", { name: "Close the guide" }).click();
    await expect.poll(() => guide.count()).toBe(0);
  },
  slow,
);

test("the page complained of nothing", () => {
  expect(roads.complaints().filter((text) => !/status of (403|412)/.test(text))).toEqual([]);
});
