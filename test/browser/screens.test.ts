import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { seriousFindings } from "./chromium.ts";
import { flowPage } from "./flow-page.ts";
import { begun, openRoads, slow } from "./roads.ts";

const root = join(import.meta.dirname, "../..");
const roads = openRoads("screens");

const drawn = {
  ...begun,
  layout: {
    ...begun.layout,
    "note:1": { x: 300, y: -140, text: "Below 30 km/h a road counts as slow." },
    "group:1": { title: "Slow roads", nodes: ["slow", "keep"] },
  },
};

describe("in light and dark colours axe finds nothing serious", () => {
  const shot = async (name: string, scheme: string) => {
    if (process.env.SCREENSHOTS === "1")
      await roads.page().screenshot({ path: join(root, `docs/images/${name}-${scheme}.png`) });
  };
  const views = [
    {
      name: "settings",
      show: () => flowPage(roads.page()).node("slow").click(),
      seen: "Raise when|Condition",
    },
    {
      name: "try",
      show: async () => {
        await roads.page().getByRole("button", { name: "Try it", exact: true }).click();
        await roads.page().getByLabel("speed of message 1").fill("12");
      },
      seen: "What would happen",
    },
    {
      name: "deploy",
      show: () => roads.page().getByRole("button", { name: "Deploy", exact: true }).click(),
      seen: "What is this version for",
    },
    { name: "actions", show: () => roads.page().keyboard.press("Control+k"), seen: "Add step" },
    {
      name: "new",
      show: () => roads.page().getByRole("button", { name: "New flow" }).first().click(),
      seen: "Begin with",
    },
    {
      name: "versions",
      show: async () => {
        await roads.freeze("As agreed with the city");
        const page = roads.page();
        await page.getByRole("button", { name: "More" }).click();
        await page.getByRole("menuitem", { name: "Versions" }).click();
        await page
          .getByRole("button", { name: /^Look at/ })
          .first()
          .click();
        await page.locator(".react-flow__node").nth(1).click();
      },
      seen: "read-only",
    },
    {
      name: "compare",
      show: async () => {
        const page = roads.page();
        await page.getByRole("button", { name: "More" }).click();
        await page.getByRole("menuitem", { name: "Versions" }).click();
        await page
          .getByRole("button", { name: /^Compare/ })
          .first()
          .click();
      },
      seen: "What changed",
    },
    {
      name: "import",
      show: async () => {
        const page = roads.page();
        await page.getByRole("button", { name: "More" }).click();
        await page.getByRole("menuitem", { name: "Import flow file" }).click();
        await page
          .getByLabel("Or paste its text")
          .fill('{"name":"Roads","nodes":[{"id":"in","kind":"input"},{"id":"odd","kind":"quantum"}]}');
      },
      seen: "which this server does not know",
    },
    { name: "drawing", show: () => roads.openAnew(drawn), seen: "Slow roads" },
    {
      name: "arrange",
      show: async () => {
        await roads.openAnew(drawn);
        await roads.page().getByRole("button", { name: "Arrange" }).click();
      },
      seen: "Align left edges",
    },
    {
      name: "menu",
      show: () => roads.page().getByRole("button", { name: "More" }).click(),
      seen: "Guide me through a flow",
    },
    {
      name: "guide",
      show: async () => {
        await roads.openAnew({ ...begun, nodes: begun.nodes.slice(0, 2), edges: begun.edges.slice(0, 1) });
        await roads.page().getByRole("button", { name: "More" }).click();
        await roads.page().getByRole("menuitem", { name: "Guide me through a flow" }).click();
      },
      seen: "Say what shall happen",
    },
    {
      name: "problems",
      show: async () => {
        const odd = { id: "odd", kind: "quantum", config: {} };
        await roads.openAnew({ ...begun, nodes: [...begun.nodes, odd] });
        await roads.page().getByRole("button", { name: "1 problem" }).click();
      },
      seen: "Remove step",
    },
    {
      name: "code",
      show: async () => {
        const page = roads.page();
        await flowPage(page).node("keep").click();
        await page.getByText("Advanced: as JSON").click();
        await page.locator(".cm-editor").waitFor();
        await page.locator(".cm-editor").scrollIntoViewIfNeeded();
      },
      seen: "Advanced: as JSON",
    },
    {
      name: "steps",
      show: () => roads.page().getByText("Steps", { exact: true }).click(),
      seen: "Slow only",
    },
  ];

  test.each(views)(
    "with $name on show",
    async ({ name, show, seen }) => {
      const page = roads.page();
      await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
      await roads.openAnew();
      await show();
      await page.getByText(new RegExp(seen)).first().waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await shot(`editor-${name}`, "light");
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await seriousFindings(page, ["color-contrast"])).toEqual([]);
      await shot(`editor-${name}`, "dark");
    },
    slow,
  );
});

test("the page complained of nothing", () => {
  expect(roads.complaints().filter((text) => !text.includes("412"))).toEqual([]);
});
