import { z } from 'zod';
import type { ApiKeyModel } from '#platform/generated/prisma/models.ts';
import { versionOf } from '#platform/postgres/field-versions.ts';
import type { Platform, Scope } from '#platform/scope.ts';
import { page } from '#platform/trpc/paging.ts';
import { API_KEY_SCOPES, type Caller } from '#platform/trpc/procedure.ts';
import { actorSchema } from './schema.ts';

type Page = { limit: number; cursor?: string | undefined };

export async function listApiKeys({ platform, organization_id }: Scope, { limit, cursor }: Page) {
  const rows = await platform.database.apiKey.findMany({
    where: { organization_id, ...(cursor ? { id: { lt: cursor } } : {}) },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  const makers = rows.filter(({ created_by_type }) => created_by_type === 'user').map((row) => row.created_by_id);
  const members = await platform.database.member.findMany({
    where: { organizationId: organization_id, userId: { in: makers } },
    select: { userId: true },
  });
  const present = new Set(members.map(({ userId }) => userId));
  return page(
    rows.map((row) => ({
      ...toApiKey(row),
      maker_left: row.created_by_type === 'user' && !present.has(row.created_by_id),
    })),
    limit,
  );
}

/** The row as it leaves the process: without its hash. */
export const toApiKey = ({ created_by_type, created_by_id, created_by_name, ...row }: ApiKeyModel) => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: z.array(z.enum(API_KEY_SCOPES)).parse(row.scopes),
  created_by: actorSchema.parse({ type: created_by_type, id: created_by_id, name: created_by_name }),
  created_at: row.created_at,
  expires_at: row.expires_at,
  last_used_at: row.last_used_at,
  revoked_at: row.revoked_at,
});

/** The organizations that a person is in, by name. */
export async function listOrganizations({ database }: Platform, userId: string) {
  const rows = await database.organization.findMany({
    where: { members: { some: { userId } } },
    orderBy: { name: 'asc' },
    take: 100,
  });
  return rows.map(({ id, name }) => ({ id, name }));
}

/** What of an organization can be changed, for its version. */
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
