/** Waits until `condition` holds, doing `meanwhile` or nothing in between; fails after 30 s. */
export async function until(
  condition: () => boolean,
  meanwhile = () => new Promise<void>((resolve) => setTimeout(resolve, 5)),
): Promise<void> {
  const end = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`This did not come true within 30 s: ${condition}`);
    await meanwhile();
  }
}
