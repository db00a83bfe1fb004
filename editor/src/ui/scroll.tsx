import type { ReactNode } from "react";

/** A region that scrolls, and can be scrolled by key. */
export function Scroll({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
    <section className={className} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
