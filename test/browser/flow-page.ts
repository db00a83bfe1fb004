import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

interface Spot {
  x: number;
  y: number;
}

/** The parts of the editor, by what a person sees or a screen reader says. */
export function flowPage(page: Page) {
  const details = page.getByRole("complementary", { name: "Details" });
  const node = (id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);
  const status = page.locator("section[aria-label^='Flow '] p").first();

  async function centre(place: Locator) {
    const box = (await place.boundingBox())!;
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  /** Once the caret stands in it: whoever types before that types somewhere else. */
  const ready = (box: Locator) =>
    expect.poll(() => box.evaluate((element) => element.matches(":focus"))).toBe(true);

  return {
    details,
    node,
    status,
    nodes: page.locator(".react-flow__node"),
    edges: page.locator(".react-flow__edge"),
    notice: page.locator("[class*=notice]").last(),
    pane: page.locator(".react-flow__pane"),
    handle: (id: string, output?: string) =>
      node(id).locator(
        output ? `.react-flow__handle-right[data-handleid="${output}"]` : ".react-flow__handle-left",
      ),
    /** A setting by its label, with or without the asterisk of what must be given. */
    setting: (label: string) => details.getByLabel(new RegExp(`^${label}( \\*)?$`)),
    saved: () => expect.poll(() => status.textContent()).toMatch(/^Draft saved/),
    ready,
    centre,
    /** Chooses a step, and shows the whole flow beside its details: they would open over a step that is clicked next. */
    async choose(id: string) {
      await node(id).click();
      await details.getByRole("heading", { level: 2 }).waitFor();
      await page.getByRole("button", { name: "Show all of the flow" }).click();
    },
    /** Does an action by its name, in the list of all actions. */
    async act(name: string) {
      await page.keyboard.press("Control+k");
      const box = page.getByPlaceholder("What do you want to do?");
      await ready(box);
      // What was searched for last stands there while the list closes.
      await box.fill(name);
      await page.keyboard.press("Enter");
      // A click that comes before would still meet the list.
      await box.waitFor({ state: "hidden" });
    },
    /** Presses at the middle of `from`, moves in steps as a hand does, and lets go at `to`. */
    async drag(from: Locator | Spot, to: Locator | Spot) {
      const start = "x" in from ? from : await centre(from);
      const end = "x" in to ? to : await centre(to);
      await page.mouse.move(start.x, start.y);
      await page.mouse.down();
      await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 });
      await page.mouse.move(end.x, end.y, { steps: 4 });
      await page.mouse.up();
    },
  };
}
