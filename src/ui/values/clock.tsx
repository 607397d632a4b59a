'use client';

import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';

const TICK_MS = 15_000;

const Now = createContext<number | null>(null);

/**
 * One time for all relative times of a page. It starts with the server's, so that the first paint and the hydration
 * say the same, and then follows the browser's.
 */
export function Clock({ renderedAt, children }: { renderedAt: number; children: ReactNode }) {
  const [now, setNow] = useState(renderedAt);
  useEffect(() => {
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return <Now value={now}>{children}</Now>;
}

/** The page's time in milliseconds. @throws when no `Clock` is above. */
export function useNow(): number {
  const now = useContext(Now);
  if (now === null) throw new Error('A relative time needs a <Clock> above it.');
  return now;
}
