import { OWN_RULE, type OwnNoiseParts } from '#core/csp/noise/own-noise.ts';
import { firstOrganizationId } from '#features/people/organization/organization.ts';
import type { CspNoiseRuleModel } from '#platform/generated/prisma/models.ts';
import type { Platform } from '#platform/scope.ts';

/** A custom noise rule, as readers and writers of the log stream apply it. Its id is `own:` and the row's id. */
export type OwnNoiseRule = OwnNoiseParts & { reason: string };

/**
 * The custom rules of the organization that owns the CSP reports, oldest first. If several match, the oldest counts.
 */
export async function loadOwnNoiseRules(platform: Pick<Platform, 'database'>): Promise<OwnNoiseRule[]> {
  const organization_id = await firstOrganizationId(platform);
  if (organization_id === null) return [];
  const rows = await platform.database.cspNoiseRule.findMany({ where: { organization_id }, orderBy: { id: 'asc' } });
  return rows.map(toOwnNoiseRule);
}

const toOwnNoiseRule = ({ id, reason, hosts, schemes, samples }: CspNoiseRuleModel): OwnNoiseRule => ({
  id: `${OWN_RULE}${id}`,
  reason,
  ...(hosts.length > 0 && { hosts }),
  ...(schemes.length > 0 && { schemes }),
  ...(samples.length > 0 && { samples }),
});
