'use client';

import { Button, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { IntentLink } from './intent-link.tsx';

/** A link that looks like a button: for the one next step of a page. */
export function LinkButton({ href, children, ...looks }: ButtonProps & { href: string; children: ReactNode }) {
  return (
    <Button component={IntentLink} href={href} {...looks}>
      {children}
    </Button>
  );
}
