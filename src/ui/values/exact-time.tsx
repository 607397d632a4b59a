'use client';

import { Tooltip } from '@mantine/core';
import { useNow } from './clock.tsx';
import { elapsed } from './elapsed.ts';

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });
const local = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'long' });

/** "14:05:12", or the day if it is another than today. On hover: the whole time, here and in UTC, and how long ago. */
export function ExactTime({ at }: { at: string }) {
  const now = useNow();
  const time = Date.parse(at);
  const isToday = new Date(time).toDateString() === new Date(now).toDateString();
  return (
    <Tooltip
      multiline
      label={
        <>
          {local.format(time)}
          <br />
          {at.replace('T', ' ').replace('Z', ' UTC')}
          <br />
          {elapsed(time, now)}
        </>
      }
    >
      <time dateTime={at} suppressHydrationWarning>
        {isToday ? clock.format(time) : `${day.format(time)}, ${clock.format(time).slice(0, 5)}`}
      </time>
    </Tooltip>
  );
}
