'use client';

import { Tooltip } from '@mantine/core';
import { useNow } from './clock.tsx';
import { elapsed } from './elapsed.ts';

const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long' });

/** "3 minutes ago", with the exact local time on hover. `at` is RFC 3339. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNow();
  const time = Date.parse(at);
  return (
    <Tooltip label={exact.format(time)}>
      <time dateTime={at}>{elapsed(time, now)}</time>
    </Tooltip>
  );
}
