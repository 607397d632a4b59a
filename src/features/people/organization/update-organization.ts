import type { z } from 'zod';
import { isReservedSlug } from '#features/people/auth/mapped-organization.ts';
import type { updateOrganizationInput } from '#features/people/auth/schema.ts';
import { recordAudit } from '#platform/audit.ts';
import { assertNotOvertaken, changesOf, orShowCurrent } from '#platform/postgres/field-versions.ts';
import { inTransaction, isUniqueViolation } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import type { Caller } from '#platform/trpc/procedure.ts';
import { conflict, Refusal } from '#platform/trpc/refusal.ts';
import { getOrganization, organizationFields } from './get-organization.ts';

type Input = z.output<typeof updateOrganizationInput>;

/**
 * Renames the scope's organization, or changes its policy. A value that equals the stored one is no change, and writes
 * nothing.
 * @returns the changed organization
 * @throws Refusal CONFLICT when another organization has the slug, FORBIDDEN for a policy that the caller may not set;
 * Overtaken if somebody else changed the same setting since the given version.
 */
export async function updateOrganization(scope: Scope, caller: Caller, { version, if_match, ...given }: Input) {
  const { organization_id: id, platform } = scope;
  if (given.require_two_factor !== undefined) await assertMaySetPolicy(scope, caller, given.require_two_factor);
  const change = () =>
    inTransaction(platform.database, async (tx) => {
      await tx.$queryRaw`select from organization where id = ${id} for no key update`;
      const before = organizationFields(await tx.organization.findUniqueOrThrow({ where: { id } }));
      const changes = changesOf(before, given);
      assertNotOvertaken({ version, if_match }, before, Object.keys(changes));
      if (Object.keys(changes).length === 0) return;
      if (changes.slug !== undefined) assertMayChangeSlug(scope, before.slug, changes.slug);
      const { require_two_factor, ...names } = changes;
      const updated = await tx.organization.update({
        where: { id },
        data: { ...names, ...(require_two_factor !== undefined && { requireTwoFactor: require_two_factor }) },
      });
      await recordAudit(tx, scope, {
        action: 'organization.updated',
        severity: require_two_factor === undefined ? 'info' : 'security',
        target: { type: 'organization', id, name: updated.name },
        details: changes,
      });
    }).catch((error: unknown) => {
      throw isUniqueViolation(error)
        ? conflict('Another organization has this slug. Choose another one.', ['slug'])
        : error;
    });
  const read = () => getOrganization(scope, caller);
  await orShowCurrent(change, read);
  return read();
}

/** The console's operator decides where single sign-on leads, so a slug that it names can't be changed here. */
function assertMayChangeSlug({ platform }: Scope, before: string, slug: string): void {
  const reserved = [before, slug].find((one) => isReservedSlug(platform, one));
  if (reserved !== undefined)
    throw conflict(`Single sign-on uses the slug ${reserved}. The console’s operator must change OIDC_DOMAINS first.`, [
      'slug',
    ]);
}

/**
 * Somebody who requires a second factor must use one, which shows that it works and that they don't lock themselves
 * out.
 */
async function assertMaySetPolicy({ platform }: Scope, caller: Caller, required: boolean): Promise<void> {
  if (caller.kind !== 'user' || caller.role !== 'owner')
    throw new Refusal('FORBIDDEN', 'Only owners can change whether two-factor authentication is required.');
  if (!required) return;
  const { twoFactorEnabled } = await platform.database.user.findUniqueOrThrow({ where: { id: caller.id } });
  if (!twoFactorEnabled)
    throw new Refusal('FORBIDDEN', 'Set up two-factor authentication for yourself first, on your account page.');
}
