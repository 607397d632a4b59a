import { firstOrganizationId } from '#features/auth/first-organization.ts';
import { egressAllowFor } from '#platform/config.ts';
import type { Platform } from '#platform/scope.ts';
import { type CspScope, cspScope } from './csp-scope.ts';

/**
 * In what the alerts work: nobody asks for them, they are the console's own. Null before the set-up.
 *
 * No request tells by which host people reach the console. In local mode it listens on loopback alone, so whoever made
 * the connector did it on this machine, and it may lead to loopback.
 */
export async function alertScope(platform: Platform): Promise<CspScope | null> {
  const organization_id = await firstOrganizationId(platform);
  if (organization_id === null) return null;
  return cspScope({
    platform,
    organization_id,
    actor: { type: 'system', id: 'csp-alerts', name: 'CSP alerts' },
    ip: null,
    user_agent: null,
    egressAllow: egressAllowFor(platform.config, 'localhost'),
  });
}
