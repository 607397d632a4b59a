import { useEffect } from 'react';
import { paths } from '#ui/paths.ts';

/**
 * Asks the sign-in library for the session once a visit: it prolongs one that is older than a day, and only its own
 * answer can carry the cookie along.
 */
export function useSessionRenewal(): void {
  useEffect(() => {
    // A body that nobody reads keeps its connection. Whoever is signed out meanwhile learns it from the next call.
    fetch(paths.authSession)
      .then((answer) => answer.text())
      .catch(() => {});
  }, []);
}
