'use client';

import { useEffect, useState } from 'react';
import { useNow } from '#ui/clock.tsx';

/** The time in milliseconds, moved on each second: for what is counted down before one's eyes. */
export function useSecond(): number {
  const start = useNow();
  const [now, setNow] = useState(start);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(now, start);
}
