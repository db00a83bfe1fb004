/** Gives the focus to what bears this label, once it is drawn: the place of what had it is gone. */
export function focusLabelled(label: string) {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`[aria-label=${JSON.stringify(label)}]`)?.focus(),
  );
}
