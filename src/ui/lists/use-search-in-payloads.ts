import { useEffect, useRef } from 'react';
import { useUrlQuery } from './use-url-query.ts';

/**
 * Looks for a text in payloads when no id, key, or subject is like it, which the page's address says by `in=payload`.
 * Another text is first looked for as an id, a key, or a subject again.
 */
export function useSearchInPayloads(isUnknown: boolean): void {
  const { params, set } = useUrlQuery();
  const text = params.get('search');
  const known = useRef(text);
  useEffect(() => {
    if (text === known.current) return;
    known.current = text;
    set({ in: null });
  }, [text, set]);
  useEffect(() => {
    if (isUnknown) set({ in: 'payload' });
  }, [isUnknown, set]);
}
