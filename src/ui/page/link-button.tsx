'use client';

import { Button, type ButtonProps } from '@mantine/core';
import Link from 'next/link';
import type { ReactNode } from 'react';

/** A link that looks like a button: for the one next step of a page. */
export function LinkButton({ href, children, ...looks }: ButtonProps & { href: string; children: ReactNode }) {
  return (
    <Button component={Link} href={href} {...looks}>
      {children}
    </Button>
  );
}
