import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';

/**
 * The organization that OIDC_DOMAINS assigns to a domain, by its id or its slug. Nobody can claim or give up such a
 * slug on the pages (`isReservedSlug`), so no member decides where single sign-on leads.
 * @param domain in lower case
 * @returns undefined for a domain without an organization, null for one whose organization does not exist
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

/**
 * Whether OIDC_DOMAINS names the slug. The set-up of the console may use it, because whoever has its token runs the
 * console.
 */
export const isReservedSlug = ({ config }: Pick<Platform, 'config'>, slug: string): boolean =>
  [...(config.oidc?.domains.values() ?? [])].includes(slug);

/** Writes to the log at start where each domain leads, with the id: a slug may have been claimed before it was configured. */
export async function logMappedOrganizations(platform: Pick<Platform, 'config' | 'database' | 'log'>): Promise<void> {
  for (const [domain, named] of platform.config.oidc?.domains ?? []) {
    const found = await findMappedOrganization(platform, domain);
    const details = { part: 'sign-in', domain, organization_id: found?.id };
    if (found)
      platform.log.info(
        details,
        `Single sign-on adds people with addresses of ${domain} to the organization ${found.name}`,
      );
    else
      platform.log.warn(
        details,
        `Single sign-on is set to add people with addresses of ${domain} to the organization ${named}, which does not exist`,
      );
  }
}
