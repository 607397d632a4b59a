'use client';

import { UnstyledButton } from '@mantine/core';
import Link from 'next/link';
import type { MouseEvent, ReactNode } from 'react';
import classes from './row-link.module.css';

type LinkProps = { href: string; onClick?: (event: MouseEvent) => void; children: ReactNode };

/** Leads somewhere, and so does the whole row of the list that it stands in. */
export function RowLink({ href, onClick, children }: LinkProps) {
  return (
    <Link href={href} prefetch={false} className={classes.target} {...(onClick && { onClick })}>
      {children}
    </Link>
  );
}

/** Opens something on the page, and so does the whole row of the list that it stands in. */
export function RowButton({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <UnstyledButton className={classes.target} onClick={onClick}>
      {children}
    </UnstyledButton>
  );
}
