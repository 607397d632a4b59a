'use client';

import { Burger, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { usePathname } from 'next/navigation';
import { type ReactNode, useEffect } from 'react';
import { Brand } from '#ui/page/brand.tsx';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { paths } from '#ui/page/paths.ts';
import classes from './shell.module.css';

type Props = {
  destinations: Destination[];
  /** Whose console this is, below the mark. */
  owner: ReactNode;
  /** At the bottom of the navigation. */
  account: ReactNode;
  children: ReactNode;
};

/** The frame of every signed-in page: navigation at the left, behind a burger on phones. */
export function Shell({ destinations, owner, account, children }: Props) {
  const [opened, drawer] = useDisclosure(false);
  const pathname = usePathname();
  // The drawer closes when another page is reached
  useEffect(() => drawer.close(), [pathname]);

  const content = (
    <>
      <Navigation destinations={destinations} />
      <div className={classes.account}>{account}</div>
    </>
  );

  return (
    <div className={classes.root}>
      <section className={classes.frame} aria-label="Console">
        <a href="#content" className={classes.skip}>
          Skip to content
        </a>
        <div className={classes.topbar}>
          <IntentLink href={paths.connectors} className={classes.home}>
            <Brand />
          </IntentLink>
          <Burger
            opened={opened}
            onClick={drawer.toggle}
            size="sm"
            aria-label="Open navigation"
            aria-expanded={opened}
          />
        </div>
        <div className={classes.side}>
          <IntentLink href={paths.connectors} className={classes.home}>
            <Brand />
          </IntentLink>
          <div className={classes.owner}>{owner}</div>
          {content}
        </div>
      </section>
      <Drawer
        opened={opened}
        onClose={drawer.close}
        position="left"
        size={280}
        title={owner}
        classNames={{ body: classes.drawer }}
      >
        {content}
      </Drawer>
      <main id="content" className={classes.main} tabIndex={-1}>
        <div className={classes.page}>{children}</div>
      </main>
    </div>
  );
}

type Destination = {
  href: string;
  label: string;
  icon: ReactNode;
  /** A page that is not of this application's own router. */
  plain?: boolean;
};

/** Where one can go; the present place is marked for eyes and for screen readers. */
function Navigation({ destinations }: { destinations: Destination[] }) {
  const pathname = usePathname();
  return (
    <nav aria-label="Main">
      <ul className={classes.list}>
        {destinations.map(({ href, label, icon, plain }) => {
          const Target = plain ? 'a' : IntentLink;
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
