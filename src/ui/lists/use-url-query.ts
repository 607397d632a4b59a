'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/** The page's query string as its state: what is chosen survives a reload and can be sent to somebody. */
export function useUrlQuery() {
  const params = useSearchParams();
  const pathname = usePathname();
  /** Sets parameters; null or an empty text takes one out. The page stays where it is. */
  const set = useCallback(
    (changes: Record<string, string | null>) => {
      const next = new URLSearchParams(window.location.search);
      for (const [name, value] of Object.entries(changes)) {
        if (value) next.set(name, value);
        else next.delete(name);
      }
      window.history.replaceState(null, '', next.size > 0 ? `${pathname}?${next}` : pathname);
    },
    [pathname],
  );
  return { params, set };
}
