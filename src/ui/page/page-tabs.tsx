'use client';

import { usePathname } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { IntentLink } from './intent-link.tsx';
import classes from './page-tabs.module.css';

type Props = { label: string; pages: readonly { href: string; label: string }[] };

/** The pages of one subject; each name leads to a page. */
export function PageTabs({ label, pages }: Props) {
  const pathname = usePathname();
  const here = useRef<HTMLAnchorElement>(null);
  // On a phone, the tabs scroll past the edge.
  useEffect(() => {
    here.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [pathname]);
  return (
    <nav aria-label={label} className={classes.pages}>
      {pages.map(({ href, label: name }) => (
        <IntentLink
          key={href}
          href={href}
          ref={href === pathname ? here : null}
          className={classes.page}
          aria-current={href === pathname ? 'page' : undefined}
        >
          {name}
        </IntentLink>
      ))}
    </nav>
  );
}
