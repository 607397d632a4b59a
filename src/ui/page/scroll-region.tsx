import type { ReactNode } from 'react';

type Props = { label: string; className: string | undefined; children: ReactNode };

/** A part of a page that scrolls by itself, which the keyboard must reach too (WCAG 2.1.1). */
export function ScrollRegion({ label, className, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the rule does not know that a region scrolls; axe's scrollable-region-focusable asks for this
    <section className={className} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
