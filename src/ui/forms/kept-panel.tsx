'use client';

import { Tabs } from '@mantine/core';
import { type ReactNode, useState } from 'react';

type Props = { value: string; current: string; children: ReactNode };

/**
 * A tab's panel that keeps what was typed and shown in it while other tabs are looked at. It is made when it is visited
 * first.
 */
export function KeptPanel({ value, current, children }: Props) {
  const [isVisited, setIsVisited] = useState(value === current);
  if (value === current && !isVisited) setIsVisited(true);
  return (
    <Tabs.Panel value={value} keepMounted={isVisited}>
      {children}
    </Tabs.Panel>
  );
}
