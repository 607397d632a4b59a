import { logMappedOrganizations } from '#features/people/auth/mapped-organization.ts';
import { ensureFirstAdmin } from '#features/people/set-up/ensure-first-admin.ts';
import { ensureSetupToken } from '#features/people/set-up/set-up-token.ts';
import type { Platform } from '#platform/scope.ts';

export { startAlerts } from '#features/csp/alerts/run-alerts.ts';
export { answerRequests } from './answer-requests.ts';
export { watchProblem } from './health.ts';

// What answers people and programs: a worker does not load it, which spares it half of its memory.

/** Makes the first account that the environment names. @returns the token of the set-up page while there is none. */
export async function setUp(platform: Platform): Promise<string | null> {
  await ensureFirstAdmin(platform);
  await logMappedOrganizations(platform);
  return ensureSetupToken(platform);
}
