import type { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import { conflict } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction, isUniqueViolation } from '#platform/transaction.ts';
import type { updateOrganizationInput } from './schema.ts';

/**
 * Renames the scope's organization.
 * @throws Refusal CONFLICT when another organization has the slug.
 */
export async function updateOrganization(scope: Scope, input: z.output<typeof updateOrganizationInput>) {
  await inTransaction(scope.platform.database, async (tx) => {
    const updated = await tx.organization.update({ where: { id: scope.organization_id }, data: input });
    await recordAudit(tx, scope, {
      action: 'organization.updated',
      target: { type: 'organization', id: updated.id, name: updated.name },
      details: { ...input },
    });
  }).catch((error: unknown) => {
    throw isUniqueViolation(error)
      ? conflict('Another organization has this slug: choose another one.', ['slug'])
      : error;
  });
}
