import { versionOf } from '#platform/postgres/field-versions.ts';
import type { Scope } from '#platform/scope.ts';
import type { Caller } from '#platform/trpc/procedure.ts';

/** The settings of an organization from which its version is computed. */
export const organizationFields = (row: { name: string; slug: string; requireTwoFactor: boolean }) => ({
  name: row.name,
  slug: row.slug,
  require_two_factor: row.requireTwoFactor,
});

/** The scope's organization, with the caller's role in it (null for an API key). */
export async function getOrganization({ platform, organization_id: id }: Scope, caller: Caller) {
  const row = await platform.database.organization.findUniqueOrThrow({ where: { id } });
  const fields = organizationFields(row);
  return {
    id,
    ...fields,
    created_at: row.createdAt,
    role: caller.kind === 'user' ? caller.role : null,
    version: versionOf(fields),
  };
}
