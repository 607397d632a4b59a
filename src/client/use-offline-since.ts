'use client';

import { onlineManager } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';

const subscribe = (listener: () => void) => onlineManager.subscribe(listener);

/** Since when the browser has had no network, in milliseconds since 1970; null while it has one. */
export function useOfflineSince(): number | null {
  const isOnline = useSyncExternalStore(
    subscribe,
    () => onlineManager.isOnline(),
    () => true,
  );
  const [since, setSince] = useState<number | null>(null);
  useEffect(() => setSince(isOnline ? null : Date.now()), [isOnline]);
  return isOnline ? null : since;
}
