import type { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import type { Caller } from '#platform/procedure.ts';
import { conflict, Refusal } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction, isUniqueViolation, type Transaction } from '#platform/transaction.ts';
import { isReservedSlug } from './mapped-organization.ts';
import type { updateOrganizationInput } from './schema.ts';

type Input = z.output<typeof updateOrganizationInput>;

/**
 * Renames the scope's organization, or changes its policy.
 * @throws Refusal CONFLICT when another organization has the slug, FORBIDDEN for a policy that is not the caller's to set.
 */
export async function updateOrganization(scope: Scope, caller: Caller, input: Input) {
  const { require_two_factor, ...names } = input;
  if (require_two_factor !== undefined) await assertMaySetPolicy(scope, caller, require_two_factor);
  await inTransaction(scope.platform.database, async (tx) => {
    if (names.slug !== undefined) await assertMayChangeSlug(tx, scope, names.slug);
    const updated = await tx.organization.update({
      where: { id: scope.organization_id },
      data: { ...names, ...(require_two_factor !== undefined && { requireTwoFactor: require_two_factor }) },
    });
    await recordAudit(tx, scope, {
      action: 'organization.updated',
      severity: require_two_factor === undefined ? 'info' : 'security',
      target: { type: 'organization', id: updated.id, name: updated.name },
      details: { ...input },
    });
  }).catch((error: unknown) => {
    throw isUniqueViolation(error)
      ? conflict('Another organization has this slug: choose another one.', ['slug'])
      : error;
  });
}

/** Whoever runs the console says where single sign-on leads; a slug that it names stays where it is. */
async function assertMayChangeSlug(tx: Transaction, { platform, organization_id }: Scope, slug: string): Promise<void> {
  const before = await tx.organization.findUniqueOrThrow({ where: { id: organization_id } });
  if (before.slug === slug) return;
  const reserved = [before.slug, slug].find((one) => isReservedSlug(platform, one));
  if (reserved !== undefined)
    throw conflict(
      `Single sign-on leads to the slug ${reserved}: whoever runs the console changes OIDC_DOMAINS first.`,
      ['slug'],
    );
}

/** Whoever requires a second factor of others shows that it works, and does not lock themselves out. */
async function assertMaySetPolicy({ platform }: Scope, caller: Caller, required: boolean): Promise<void> {
  if (caller.kind !== 'user' || caller.role !== 'owner')
    throw new Refusal('FORBIDDEN', 'Only an owner says whether two-factor authentication is required.');
  if (!required) return;
  const { twoFactorEnabled } = await platform.database.user.findUniqueOrThrow({ where: { id: caller.id } });
  if (!twoFactorEnabled)
    throw new Refusal('FORBIDDEN', 'Set up two-factor authentication for yourself first, on your account page.');
}
