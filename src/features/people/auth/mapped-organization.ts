import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';

/**
 * Where OIDC_DOMAINS leads the people of a domain: to the organization with this id, or with this slug. Such slugs are nobody's
 * to claim or to give up on the pages (`isReservedSlug`), so that no member decides where single sign-on leads.
 * @param domain in lower case
 * @returns undefined for a domain that leads nowhere, null for one whose organization is not there
 */
export async function findMappedOrganization(
  { config, database }: Pick<Platform, 'config' | 'database'>,
  domain: string,
): Promise<{ id: string; name: string } | null | undefined> {
  const named = config.oidc?.domains.get(domain);
  if (named === undefined) return undefined;
  const where = z.uuid().safeParse(named).success ? { id: named } : { slug: named };
  return database.organization.findUnique({ where, select: { id: true, name: true } });
}

/** Whether OIDC_DOMAINS names the slug. The set-up of the console may take it: whoever has its token runs the console. */
export const isReservedSlug = ({ config }: Pick<Platform, 'config'>, slug: string): boolean =>
  [...(config.oidc?.domains.values() ?? [])].includes(slug);

/** Writes to the log at start where each domain leads, with the id: a slug may have been claimed before it was configured. */
export async function logMappedOrganizations(platform: Pick<Platform, 'config' | 'database' | 'log'>): Promise<void> {
  for (const [domain, named] of platform.config.oidc?.domains ?? []) {
    const found = await findMappedOrganization(platform, domain);
    const details = { part: 'sign-in', domain, organization_id: found?.id };
    if (found) platform.log.info(details, `Single sign-on leads people of ${domain} to the organization ${found.name}`);
    else
      platform.log.warn(
        details,
        `Single sign-on leads people of ${domain} to the organization ${named}, which is not there`,
      );
  }
}
