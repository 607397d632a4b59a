import { logMappedOrganizations } from '#features/people/auth/mapped-organization.ts';
import { ensureFirstAdmin } from '#features/people/set-up/ensure-first-admin.ts';
import { ensureSetupToken } from '#features/people/set-up/set-up-token.ts';
import { endEventStreams } from '#platform/http/event-streams.ts';
import type { Platform } from '#platform/scope.ts';
import { hotRoutes } from './hot-routes.ts';

export { startAlerts } from '#features/csp/alerts/run-alerts.ts';

// What answers people and programs: a worker does not load it, which spares it half of its memory.

/** Makes the first account that the environment names. @returns the token of the set-up page while there is none. */
export async function setUp(platform: Platform): Promise<string | null> {
  await ensureFirstAdmin(platform);
  await logMappedOrganizations(platform);
  return ensureSetupToken(platform);
}

/** By Next. Streams end when the console does. */
export const answerPages = endEventStreams;

/** What every request meets before that, and the routes that machines call most. */
export const answerFirst = hotRoutes;
