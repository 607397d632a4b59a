'use client';

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { httpLink, httpSubscriptionLink, retryLink, splitLink, TRPCClientError, type TRPCLink } from '@trpc/client';
import { tap } from '@trpc/server/observable';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { AppRouter } from '#api/router.ts';
import { readJson } from '#core/json/user-json.ts';
import { paths } from '#ui/page/paths.ts';
import { api } from './console-api.ts';
import { confirmsIdentity } from './identity-confirmation.ts';

/** Data that the server has just rendered is not refetched while the page loads. */
const FRESH_MS = 5_000;
/**
 * The delay after a refused connection of a stream, such as while the console restarts. The stream then continues where
 * it was.
 */
const RECONNECT_MS = 2_000;

/** Our lists page in one direction, and their inputs refuse fields that they do not know. */
const withoutDirection: TRPCLink<AppRouter> = () => {
  return ({ op, next }) => {
    if (op.type !== 'query' || typeof op.input !== 'object' || op.input === null) return next(op);
    const { direction: _, ...input } = op.input as Record<string, unknown>;
    return next({ ...op, input });
  };
};

const isRefusal = (error: unknown) => error instanceof TRPCClientError && (error.data?.httpStatus ?? 500) < 500;

function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: goToSignInWhenSignedOut }),
    defaultOptions: {
      // Everything is refetched as soon as the network is back, however fresh it is.
      queries: {
        staleTime: FRESH_MS,
        refetchOnReconnect: 'always',
        retry: (failures, error) => !isRefusal(error) && failures < 2,
      },
    },
  });
}

function goToSignInWhenSignedOut(error: Error): void {
  if (!(error instanceof TRPCClientError) || error.data?.contract_code !== 'UNAUTHENTICATED') return;
  location.assign(paths.signIn(`${location.pathname}${location.search}`));
}

/** Queries tell of it by their cache. */
const streamsGoToSignIn: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) =>
    next(op).pipe(tap({ error: goToSignInWhenSignedOut }));

/** Answers are read by our reader, so that numbers in users' JSON keep their digits; what is sent, JSON.stringify writes exactly. */
async function exactFetch(input: RequestInfo | URL | string, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  response.json = async () => readJson(await response.text());
  return response;
}

const links: TRPCLink<AppRouter>[] = [
  withoutDirection,
  confirmsIdentity,
  splitLink({
    condition: ({ type }) => type === 'subscription',
    true: [
      streamsGoToSignIn,
      retryLink({ retry: ({ error }) => !isRefusal(error), retryDelayMs: () => RECONNECT_MS }),
      httpSubscriptionLink({ url: paths.trpc }),
    ],
    false: httpLink({ url: paths.trpc, fetch: exactFetch }),
  }),
];

/** Gives a page our API and its cache. */
export function ConsoleApiProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [client] = useState(() => api.createClient({ links }));
  return (
    <api.Provider client={client} queryClient={queryClient}>
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    </api.Provider>
  );
}
