import { createServerSideHelpers } from '@trpc/react-query/server';
import { TRPCError } from '@trpc/server';
import { headers } from 'next/headers';
import { cache } from 'react';
import { authenticate } from '#features/people/auth/authenticate.ts';
import { currentPlatform } from '#platform/current-platform.ts';
import type { CallContext } from '#platform/trpc/procedure.ts';
import { originOf } from './context.ts';
import { appRouter } from './router.ts';

/** The context of the page that is being rendered: made once for each request. */
const pageContext = cache(async (): Promise<CallContext> => {
  // First of all: it tells Next that the page is not one to render at build time, when there is no platform.
  const given = await headers();
  const platform = await currentPlatform();
  const own = new Headers(given);
  // A page is a person's: an API key opens none.
  own.delete('authorization');
  own.delete('x-api-key');
  return { platform, caller: await authenticate(platform, own), ...originOf(platform, own) };
});

/** What prefetches for a page, as the person who opens it. */
export const serverHelpers = cache(async () =>
  createServerSideHelpers({ router: appRouter, ctx: await pageContext() }),
);

/** Calls procedures as the person who opens the page. */
export const serverCaller = cache(async () => appRouter.createCaller(await pageContext()));

/** Who opens the page, in which organization and role; null for who has not signed in, or is in no organization any more. */
export const getServerSession = cache(async () => {
  try {
    return await (await serverCaller()).session.get();
  } catch (error) {
    if (error instanceof TRPCError && (error.code === 'UNAUTHORIZED' || error.code === 'FORBIDDEN')) return null;
    throw error;
  }
});

/** Whether whoever opens the page has signed in, but is in no organization any more. */
export const isStranded = async (): Promise<boolean> => {
  const { caller } = await pageContext();
  return caller.kind === 'nobody' && caller.stranded !== undefined;
};
