import { setNonce } from 'get-nonce';
import { useState } from 'react';

/**
 * The nonce that this document's policy knows, for styles that are made in the browser. It stays the first one that was
 * given: a later answer to the same document comes with a nonce of its own.
 * @param given by the layout; a page that stands for a layout that failed finds it in the document.
 */
export function useDocumentNonce(given: string | undefined): string | undefined {
  const [nonce] = useState(() => {
    if (typeof document === 'undefined') return given;
    const own = given ?? document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce;
    // Dialogs lock the scrolling of the page with a style element of their own (react-style-singleton).
    if (own) setNonce(own);
    return own;
  });
  return nonce;
}
