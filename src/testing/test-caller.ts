import { appRouter } from '#api/router.ts';
import { authenticate } from '#features/people/auth/authenticate.ts';
import type { Platform } from '#platform/scope.ts';

/** Calls procedures as the session of a cookie does, or as nobody. */
export async function callerOf(platform: Platform, cookie: string | null) {
  return appRouter.createCaller({
    platform,
    caller: cookie === null ? { kind: 'nobody' } : await authenticate(platform, new Headers({ cookie })),
    ip: '192.0.2.9',
    user_agent: 'vitest',
    host: null,
  });
}
