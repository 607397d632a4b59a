import { callTRPCProcedure } from '@trpc/server';
import type { CallContext } from '#platform/trpc/procedure.ts';
import type { RestRoute } from './rest-routes.ts';
import { appRouter } from './router.ts';

/**
 * Calls the procedure behind a REST route.
 * @throws TRPCError
 */
export const callRoute = (
  route: RestRoute,
  ctx: CallContext,
  input: Record<string, unknown>,
  signal: AbortSignal | undefined,
): Promise<unknown> =>
  callTRPCProcedure({
    router: appRouter,
    path: route.procedure,
    ctx,
    type: route.rest.method === 'GET' ? 'query' : 'mutation',
    getRawInput: () => Promise.resolve(input),
    signal,
    batchIndex: 0,
  });
