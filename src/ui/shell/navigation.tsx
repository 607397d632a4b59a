'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import classes from './navigation.module.css';

export type Destination = {
  href: string;
  label: string;
  icon: ReactNode;
  /** A page that is not of this application's own router. */
  plain?: boolean;
};

/** Where one can go; the present place is marked for eyes and for screen readers. */
export function Navigation({ destinations }: { destinations: Destination[] }) {
  const pathname = usePathname();
  return (
    <nav aria-label="Main">
      <ul className={classes.list}>
        {destinations.map(({ href, label, icon, plain }) => {
          const Target = plain ? 'a' : Link;
          const here = pathname === href || pathname.startsWith(`${href}/`);
          return (
            <li key={href}>
              <Target href={href} className={classes.link} aria-current={here ? 'page' : undefined}>
                {icon}
                {label}
              </Target>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
