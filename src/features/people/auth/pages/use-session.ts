'use client';

import { api } from '#client/console-api.ts';

/** Who is signed in, where, and whether they may change things (members only read). */
export function useSession() {
  const [session] = api.session.get.useSuspenseQuery(undefined, { staleTime: 60_000 });
  return { ...session, mayChange: session.role !== 'member' };
}
