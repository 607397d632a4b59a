'use client';

import { type DehydratedState, HydrationBoundary } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { unpackExact } from './exact-state.ts';

/** Gives a page the data that the server fetched for it. @param state as `packExact` packed it. */
export function HydratedState({ state, children }: { state: unknown; children: ReactNode }) {
  const unpacked = useMemo(() => unpackExact(state) as DehydratedState | null, [state]);
  return <HydrationBoundary state={unpacked}>{children}</HydrationBoundary>;
}
